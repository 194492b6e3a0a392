### TCP to a listener of the host
import socket
escaped = works(socket.create_connection, ("127.0.0.1", {{PORT}}), 1)

### UDP
import socket
def send():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.sendto(b"x", ("127.0.0.1", {{PORT}}))
escaped = works(send)

### a Unix socket of the host
import socket
def connect():
    socket.socket(socket.AF_UNIX).connect("{{SOCKET}}")
escaped = works(connect)

### an abstract socket of the host
import socket
def connect():
    socket.socket(socket.AF_UNIX).connect("\0{{ABSTRACT}}")
escaped = works(connect)

### netlink
import socket
escaped = works(socket.socket, socket.AF_NETLINK, socket.SOCK_RAW, 0)

### raw and packet sockets
import socket
escaped = works(socket.socket, socket.AF_INET, socket.SOCK_RAW, 1) or works(socket.socket, socket.AF_PACKET, socket.SOCK_RAW, 0)

### vsock
import socket
escaped = works(socket.socket, 40, socket.SOCK_STREAM, 0)

### DNS
import socket
escaped = works(socket.getaddrinfo, "example.com", 80)

### a listener of one's own
import socket
def listen():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen()
escaped = works(listen)

### a socket pair
import socket
escaped = works(socket.socketpair)

### use the pipes to the host as sockets
import socket, array
for d in range(5):
    def pass_descriptor():
        s = socket.socket(fileno=d)
        s.connect("{{SOCKET}}")
    escaped = escaped or works(pass_descriptor)

### a socket by the bare system call, in both numberings
import ctypes
libc = ctypes.CDLL(None)
escaped = libc.syscall(41, 2, 1, 0) >= 0 or libc.syscall(0x40000000 | 41, 2, 1, 0) >= 0

### io_uring
import ctypes
escaped = ctypes.CDLL(None).syscall(425, 8, ctypes.create_string_buffer(256)) >= 0
