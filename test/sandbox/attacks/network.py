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

### names of hosts
import socket
escaped = works(socket.getaddrinfo, "example.com", 80) or works(socket.getaddrinfo, "localhost", 80)

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
import os, socket
for d in range(5):
    def ask():
        with socket.socket(fileno=os.dup(d)) as pipe:
            return pipe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    escaped = escaped or works(ask)

### a socket by the bare system call, in both numberings
import ctypes
libc = ctypes.CDLL(None)
escaped = libc.syscall(41, 2, 1, 0) >= 0 or libc.syscall(0x40000000 | 41, 2, 1, 0) >= 0

### io_uring
import ctypes
escaped = ctypes.CDLL(None).syscall(425, 8, ctypes.create_string_buffer(256)) >= 0

### the host's interfaces, addresses and drivers from the sockets to it
import ctypes, fcntl, struct
buffer = ctypes.create_string_buffer(4096)
info = ctypes.create_string_buffer(struct.pack("I", 3), 256)
requests = {
    0x8912: struct.pack("iP", 4096, ctypes.addressof(buffer)),
    0x8910: struct.pack("16si", b"", 2),
    **{number: struct.pack("16s24x", b"eth0") for number in (0x8913, 0x8915, 0x891B, 0x8927, 0x8933, 0x8942)},
    0x8946: struct.pack("16sP16x", b"lo", ctypes.addressof(info)),
}
for d in range(8):
    for number, words in requests.items():
        escaped = escaped or works(fcntl.ioctl, d, number, words)

### the same by the bare system call, with high bits that the kernel drops
import ctypes, os
libc = ctypes.CDLL(None)
number = {"x86_64": 16, "aarch64": 29}[os.uname().machine]
buffer = ctypes.create_string_buffer(4096)
for d in range(8):
    for request in (0x8912, 0x1_0000_8912, 0x8903, 0x8904, 0x8905):
        escaped = escaped or libc.syscall(number, ctypes.c_long(d), ctypes.c_ulong(request), buffer) >= 0
