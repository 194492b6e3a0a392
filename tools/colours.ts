/** To be imported before Ink: the sixteen colours of a terminal, whatever this process writes to. */
process.env.FORCE_COLOR = "1";
delete process.env.NO_COLOR;
