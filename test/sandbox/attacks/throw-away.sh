#!/bin/sh
# Runs a command where nothing of the host can be reached or written, as the first process and root of namespaces of
# its own. Outside, bwrap shows the host's /usr read-only and else only file systems that end with it; inside, a second
# user namespace gives the command every right over these, and none to lift what the first has mounted. Arguments: a
# directory that is shown read-only as /mnt/suite, command.
set -e
suite=$1
shift
exec bwrap --unshare-all --as-pid-1 --die-with-parent --uid 0 --gid 0 \
  --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
  --proc /proc --dev /dev --tmpfs /tmp --tmpfs /mnt --ro-bind "$suite" /mnt/suite --dir /etc --dir /home/user \
  --dir /var/tmp --dir /run --dir /mnt/tmp --chdir / -- \
  unshare --user --map-root-user --mount --net --ipc --uts /bin/sh -c '
set -e
echo root:x:0:0::/:/bin/sh > /etc/passwd
echo 127.0.0.1 localhost > /etc/hosts
mount -t tmpfs none /tmp
python3 -c "import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack(\"16sh\", b\"lo\", 1))"
TMPDIR=/mnt/tmp exec "$@"
' throw-away "$@"
