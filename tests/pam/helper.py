# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Talks to secinfo-password as secinfod does: one datagram each way (src/model/wire/secinfo-wire.h)."""
import collections
import os
import pathlib
import pwd
import socket
import struct
import subprocess
import time

SOURCE = pathlib.Path(os.environ.get('SECINFO_TEST_SOURCE', pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get('SECINFO_TEST_BUILD', SOURCE / '_build'))
HELPER = str(BUILD / 'src/privileged/secinfo-password')
REQUEST = struct.Struct('=III128s512s512s')
REPLY = struct.Struct('=IIIIIIQq256s')
CLASSIFY, AUTHENTICATE, CHANGE, RESET, UNLOCK = range(1, 6)
RESULTS = ['ok', 'wrong', 'no-password', 'locked', 'refused', 'unavailable', 'bad-request', 'not-allowed', 'limit']
KINDS = ['files', 'other-source', 'locked', 'no-password', 'encrypted-home']

Reply = collections.namedtuple('Reply', 'result kind administrator mark reason seconds')


def make(op, user, password=b'', fresh=b'', version=1, uid=None):
    uid = pwd.getpwnam(user).pw_uid if uid is None else uid
    return REQUEST.pack(version, op, uid, user.encode(), password, fresh)


def start(wrapper=(), environment=None, arguments=None):
    """A helper of its own: (our end, process). The other end is its descriptor 0 alone."""
    if arguments is None:
        arguments = ['--private'] if os.getuid() else []
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen([*wrapper, HELPER, *arguments], stdin=theirs.fileno(), stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, env=environment)
    theirs.close()
    return ours, process


def finish(ours, process, begun):
    ours.settimeout(90)
    data = ours.recv(65536)
    ours.close()
    errors = process.communicate(timeout=90)[1].decode()
    if not data:
        return None, errors
    assert len(data) == REPLY.size, len(data)
    version, result, kind, administrator, has_mark, unused, inode, btime, reason = REPLY.unpack(data)
    assert version == 1 and unused == 0
    return Reply(RESULTS[result], KINDS[kind], bool(administrator), (inode, btime) if has_mark else None,
                 reason.rstrip(b'\0').decode(), time.monotonic() - begun), errors


def call(datagram, **more):
    begun = time.monotonic()
    ours, process = start(**more)
    ours.send(datagram)
    return finish(ours, process, begun)[0]
