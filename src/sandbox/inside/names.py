"""The inside of the sandbox: a process that runs one program and ends.

The files of this directory are joined into one module, in the order that interpreter.ts gives. Everything here is
trusted until the program is executed; from then on the process belongs to the program, and the host believes nothing
it says beyond "this is the value that the program wants to have". So what the host has to know for itself is said
before that moment, and nothing secret is ever here, the expected answer least of all.

Few modules are imported: a worker is started for every program.
"""

import sys
import _signal
import _thread
import builtins
import posix
import resource
import time
from _json import encode_basestring_ascii as quote
from types import ModuleType

# Bound here, before the program can replace them.
_type, _len, _repr, _str, _int, _float, _list, _dict = type, len, repr, str, int, float, list, dict
_tuple, _set, _frozenset, _bytes, _bool, _complex = tuple, set, frozenset, bytes, bool, complex
_hex, _issubclass, _compile, _exec, _eval, _id = hex, issubclass, compile, exec, eval, id
_BaseException, _MemoryError, _SyntaxError, _ValueError = BaseException, MemoryError, SyntaxError, ValueError
_RecursionError, _OverflowError, _SystemExit = RecursionError, OverflowError, SystemExit
_KeyError, _OSError = KeyError, OSError
_read, _write, _exit, _flush = posix.read, posix.write, posix._exit, sys.stdout.flush
_setrlimit, _getrlimit = resource.setrlimit, resource.getrlimit
_RLIMIT_AS, _RLIMIT_CPU, _RLIM_INFINITY = resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIM_INFINITY
_dup2, _sleep = posix.dup2, time.sleep
_from_bytes, _to_bytes = int.from_bytes, int.to_bytes
