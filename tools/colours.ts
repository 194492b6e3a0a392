/** To be imported before Ink: the colours of a terminal, whatever this process writes to. */
process.env.FORCE_COLOR = "2";
delete process.env.NO_COLOR;
/** Times of the log are the same wherever it is drawn. */
process.env.TZ = "UTC";
