#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench_sign_in.py [--quick]: what the module costs an ordinary sign-in, and how long a recovery takes of itself.

Root, inside `build-aux/run --sandbox`. The stack that the package's profiles make, beside the same stack with
pam_permit.so (optional) where pam_secinfo.so stands; in turn, each sign-in a fresh transaction in one process. A hash
of 5000 rounds of SHA-512 is what both check. Recovery: a saved code and a new password, answered at once.
"""
import os
import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / name) for name in ('sign-in', 'pam')]
import computer as c  # noqa: E402
from talk import Talk  # noqa: E402

NAME = 'bench'


def sign_in(service):
    done = Talk({'service': service, 'user': NAME, 'answers': [c.OLD]}).run()
    assert done['result'] == c.SUCCESS, done
    return done['seconds'] * 1000


def make_peer():
    """The same stack, pam_permit in the module's place."""
    text = pathlib.Path('/etc/pam.d/common-auth').read_text()
    lines = ['auth optional pam_permit.so' if 'pam_secinfo.so' in line else line for line in text.splitlines()
             if not line.startswith('#')]
    # The module is not asked here: what it jumps over keeps its place, and the hint's is a pam_permit too.
    assert sum('pam_permit.so' in line for line in lines) >= 3, lines
    pathlib.Path('/etc/pam.d/lxdm').write_text('\n'.join(lines) + '\n')
    pathlib.Path('/etc/pam.d/lightdm').write_text('@include common-auth\n')


def bench_ordinary(rounds, times):
    ours, peer = [], []
    for _ in range(rounds):
        ours.append(min(sign_in('lightdm') for _ in range(times)))
        peer.append(min(sign_in('lxdm') for _ in range(times)))
    ratio = statistics.median(a / b for a, b in zip(ours, peer))
    print(f'sign-in {statistics.median(ours):.2f} ms ratio={ratio:.2f} of=pam_permit({statistics.median(peer):.2f})')


def bench_recovery(saved, rounds):
    times = []
    for _ in range(rounds):
        c.set_password(NAME, c.OLD)
        c.Computer.forget_limits(None)
        done = Talk({'service': 'lightdm', 'user': NAME, 'answers': ['?', saved.pop(), c.NEW, c.NEW]}).run()
        assert done['result'] == c.SUCCESS, done
        times.append(done['seconds'] * 1000)
    print(f'recovery {statistics.median(times):.0f} ms')


def main():
    quick = '--quick' in sys.argv
    if os.geteuid() != 0 or not c.SANDBOX:
        sys.exit(__doc__)

    class Bench(c.Computer):
        users = proven = (NAME,)
    Bench.setUpClass()
    try:
        make_peer()
        bench_ordinary(3 if quick else 5, 5 if quick else 20)
        bench_recovery(Bench.saved[NAME], 3 if quick else 5)
    finally:
        Bench.tearDownClass()


if __name__ == '__main__':
    main()
