# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Until nothing moves: what was pressed has been dealt with, what slides in has come. Not a time, for a busy machine
takes several of those: what is looked at is whether a program has run at all meanwhile, or waits for a processor."""
import contextlib
import os
import threading
import time

MOST = 6   # seconds; a spinner never stops


def ran(pids):
    """How often each thread of theirs was put to sleep so far; None while one of them runs, or wants to. Where this
    process is among them, whether somebody else in it wants to run."""
    found = {}
    me = str(threading.get_native_id())
    for pid in pids:
        with contextlib.suppress(OSError):
            for thread in os.listdir(f'/proc/{pid}/task'):
                if thread == me:
                    continue
                with contextlib.suppress(OSError), open(f'/proc/{pid}/task/{thread}/status', encoding='utf-8',
                                                        errors='replace') as file:
                    told = dict(line.split(':\t', 1) for line in file if ':\t' in line)
                    if told['State'][0] in 'RD':
                        return None
                    if int(pid) != os.getpid():
                        found[thread] = told['voluntary_ctxt_switches']
    return found


def named(*names):
    """The processes of this account (of everybody, for root) that are called so: 15 letters of it."""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        with contextlib.suppress(OSError):
            with open(f'/proc/{pid}/comm', encoding='utf-8', errors='replace') as file:
                if file.read().strip() in names and os.getuid() in (0, os.stat(f'/proc/{pid}').st_uid):
                    found.append(pid)
    return found


def still(pids, seconds=0.15, most=MOST):
    """Until none of @pids has run for so long; whether it came to that within @most seconds."""
    end = time.monotonic() + most
    before, since = None, 0
    while (now := time.monotonic()) < end:
        seen = ran(pids)
        if seen is None or seen != before:
            before, since = seen, now
        elif now - since >= seconds:
            return True
        time.sleep(0.02)
    return False
