escaped = False


def works(f, *args, **kwargs):
    """True when the call goes through: for an attack, that is the escape."""
    try:
        f(*args, **kwargs)
        return True
    except Exception:
        return False
