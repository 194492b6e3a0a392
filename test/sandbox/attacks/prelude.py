escaped = False


def works(f, *args, **kwargs):
    """True when the call goes through: for an attack, that is the escape."""
    try:
        f(*args, **kwargs)
        return True
    except Exception:
        return False


def sign():
    """The sign of this job's result, from the worker's own frames."""
    import sys

    frame = sys._getframe()
    while frame:
        if "nonce" in frame.f_locals and type(frame.f_locals["nonce"]) is str:
            return frame.f_locals["nonce"]
        frame = frame.f_back


def say(fields):
    """Sends a frame of one's own making, behind the mark that ends the output."""
    import os

    body = ("{" + fields + "}").encode()
    os.write(4, sign().encode())
    data = len(body).to_bytes(4, "big") + body
    while data:
        data = data[os.write(3, data) :]
