# Constant text that is put together from parts, each of which may be one of several texts.

# What an expression may stand for is followed to so many possibilities.
MAX_MEANINGS = 16
# A template is read again wherever it is filled, so one that is longer, characters, is not.
MAX_TEMPLATE = 4096


class Folding:
    """Puts texts together until their budget of characters is spent."""

    def __init__(self):
        self.left = MAX_TEXT_CHARACTERS

    def joined(self, parts):
        """
        The parts one behind the other, in each of the ways that they may come to. Time and memory are linear in the
        parts: a way is a chain from its last piece to its first, and all of them end at the budget of characters.
        """
        ways = [(0, None, "")]  # (characters, chain before, last piece)
        for texts in parts:
            if texts == ("",):
                continue
            longer = ((way[0] + len(text), way, text) for way in ways for text in texts)
            ways = [way for _, way in zip(range(MAX_MEANINGS), longer)]
            if not ways or sum(way[0] for way in ways) > self.left:
                return ()
        self.left -= sum(way[0] for way in ways)
        return [spelt(way) for way in ways]


def spelt(way):
    pieces = []
    while way is not None:
        pieces.append(way[2])
        way = way[1]
    return "".join(reversed(pieces))


def pieces_of(template, mark, count):
    """The text around the marks of a template; nothing for one with another number of them, or with other marks."""
    if len(template) > MAX_TEMPLATE or template.count(mark) != count:
        return ()
    pieces = template.split(mark)
    return () if any(sign in piece for piece in pieces for sign in mark if sign != "s") else pieces
