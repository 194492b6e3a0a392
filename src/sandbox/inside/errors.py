# Exceptions of a program in words, and the verdict that one leads to, without ever calling a method that a program
# could define: classes are compared by identity, and attributes read by the getters of the base classes.

NAME = slice(0, 100)
MAX_MESSAGE = 300
BUILTIN = frozenset(
    _id(t) for t in vars(builtins).values() if _type(t) is _type and _issubclass(t, _BaseException)
)

_name_of = type.__dict__["__name__"].__get__
_args_of = BaseException.__dict__["args"].__get__
_traceback_of = BaseException.__dict__["__traceback__"].__get__
_line_of = SyntaxError.__dict__["lineno"].__get__
_slice_of = str.__dict__["__getitem__"]


def describe(error):
    """Type and bounded message of an exception. A message made of program objects is left out."""
    t = _type(error)
    # A class may be named by a string of a class of its own: its slice is an ordinary one.
    name = _slice_of(_name_of(t), NAME)
    args = _args_of(error)
    first = args[0] if args else None
    message = ""
    if _issubclass(t, _SyntaxError):
        message = first[:MAX_MESSAGE] if _type(first) is _str else ""
        line = _line_of(error)
        if _type(line) is _int and line.bit_length() < 64:
            message += " (line " + _repr(line) + ")"
    elif _issubclass(t, _OSError) and _len(args) > 1 and _type(args[1]) is _str and _type(first) is _int:
        number = _repr(first) if first.bit_length() < 64 else "?"
        message = "[Errno " + number + "] " + args[1][:MAX_MESSAGE]
    elif _type(first) is _str:
        message = _repr(first[:MAX_MESSAGE]) if t is _KeyError else first
    elif args and (first is None or _type(first) in (_bool, _float)):
        message = _repr(first)
    elif _type(first) is _int and first.bit_length() < 1000:
        message = _repr(first)
    return [name, message[:MAX_MESSAGE]]


def last_operation(error):
    """Number of the bytecode operation at which an exception was raised; None when it is not known."""
    at = _traceback_of(error)
    if at is None:
        return None
    while at.tb_next is not None:
        at = at.tb_next
    code = at.tb_frame.f_code.co_code
    return code[at.tb_lasti] if 0 <= at.tb_lasti < _len(code) else None


def raise_operation():
    """The operation of the statement `raise`, which has another number in every version."""
    try:
        raise ValueError
    except ValueError as error:
        return last_operation(error)


RAISE = raise_operation()


def verdict_of(error):
    """A MemoryError is the limit's unless the program raised it itself by a statement."""
    t = _type(error)
    if _issubclass(t, _MemoryError):
        lift_memory_limit()
        return "memory-limit" if _id(t) in BUILTIN and last_operation(error) != RAISE else "exception"
    return "unserialisable" if t is Unserialisable else "exception"


def outcome(error):
    """(verdict, [type, message]). Total: signals of the program may interrupt what is done here."""
    try:
        return verdict_of(error), describe(error)
    except _BaseException:
        return "exception", ["Exception", ""]


def pair(error):
    return "null" if error is None else "[" + quote(error[0]) + "," + quote(error[1]) + "]"
