# Values of a program as JSON text. Depth, size and integers are bounded as on the host.

MAX_DEPTH = 100
MAX_INT_BITS = 65536
# Budget of the messages of exceptions, beside the values': what fails last can still say why.
MESSAGES = 1 << 18
# What a value takes of the budget besides its text: the brackets, quotes and commas around it.
VALUE_COST = 12


class Unserialisable(Exception):
    pass


class Encoder:
    """Writes values as JSON text, exact in type, without ever calling a method that a program could define."""

    def __init__(self, budget):
        self.total = budget
        self.budget = budget
        self.messages = MESSAGES

    def encode(self, value):
        """JSON of a value. One that cannot be returned takes nothing of the budget."""
        pieces = []
        before = self.budget
        try:
            self._value(value, pieces.append, 0)
        except _BaseException:
            self.budget = before
            raise
        return "".join(pieces)

    def error(self, name_and_message):
        """JSON of an error, without its message when there were too many long ones."""
        text = pair(name_and_message)
        if self.messages < _len(text):
            return pair([name_and_message[0], ""])
        self.messages -= _len(text)
        return text

    def _spend(self, amount):
        self.budget -= amount
        if self.budget < 0:
            raise Unserialisable("the values are too large to be returned: at most " + _repr(self.total) + " bytes")

    def _value(self, x, out, depth):
        self._spend(VALUE_COST)
        if depth > MAX_DEPTH:
            raise Unserialisable("the value is nested too deeply: at most " + _repr(MAX_DEPTH) + " levels")
        t = _type(x)
        if x is None:
            out("null")
        elif t is _bool:
            out("true" if x else "false")
        elif t is _int:
            if x.bit_length() > MAX_INT_BITS:
                raise Unserialisable("the integer has " + _repr(x.bit_length()) + " bits: at most " + _repr(MAX_INT_BITS))
            text = _hex(x)
            self._spend(_len(text))
            out('["i","' + text + '"]')
        elif t is _float:
            text = _repr(x)
            self._spend(_len(text))
            out('["f","' + text + '"]')
        elif t is _complex:
            text = _repr(x.real) + '","' + _repr(x.imag)
            self._spend(_len(text))
            out('["c","' + text + '"]')
        elif t is _str:
            self._spend(_len(x))
            if not x.isascii():
                check_surrogates(x)
            text = quote(x)
            self._spend(_len(text) - _len(x))
            out(text)
        elif t is _bytes:
            self._spend(2 * _len(x))
            out('["b","' + x.hex() + '"]')
        elif t is _list:
            self._items("l", x, out, depth)
        elif t is _tuple:
            self._items("t", x, out, depth)
        elif t is _set:
            self._items("s", x, out, depth)
        elif t is _frozenset:
            self._items("z", x, out, depth)
        elif t is _dict:
            out('["d"')
            for key, value in x.items():
                out(",[")
                self._value(key, out, depth + 1)
                out(",")
                self._value(value, out, depth + 1)
                out("]")
            out("]")
        else:
            raise Unserialisable("a value of type " + _name_of(t)[:60] + " cannot be returned")

    def _items(self, tag, items, out, depth):
        out('["' + tag + '"')
        for item in items:
            out(",")
            self._value(item, out, depth + 1)
        out("]")


def check_surrogates(text):
    """Two surrogates that would read as one character in UTF-16 cannot be told from it on the host."""
    high = False
    for c in text:
        if high and "\udc00" <= c <= "\udfff":
            raise Unserialisable("the string holds a surrogate pair")
        high = "\ud800" <= c <= "\udbff"
