#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench_service.py BUILDDIR DISK [--quick|--long] NAME…: secinfod under load, beside a bare server.

Root, inside `build-aux/run --sandbox`: the client becomes another user for each connection; names come from a database
(libnss-db): nss_wrapper compares 10,000 of them in turn, and keeps them in the memory that is measured. DISK is a
folder on a real disk (what is inside the sandbox lies in memory). Each figure is measured in
rounds, ours and the peer's in turn; the median counts. The rules are those of the package, nothing raised: a round asks
each contact for one code and each account for ten at most, gives ten wrong codes an account, and begins with what
earlier rounds left taken away. Codes are to leave by mail, and no courier answers: they wait in the outbox.
"""
import json
import os
import pwd
import random
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

FIRST_UID = 20000
CONTACTS = 10
API, BARE = '/run/secinfo/api', '/run/bench-bare'
HOME = '/home/bench'
CODE, OTHER = '314159', '271828'


class Options:
    build = disk = log = None
    rounds, requests = 5, 1000
    load_seconds = 5.0


def tool(name):
    return f'{Options.build}/tests/bench/{name}'


def say(name, value, unit, ratio=None, peer=None, of=''):
    line = f'{name} {value:.0f} {unit}' if value >= 100 else f'{name} {value:.3g} {unit}'
    if ratio is not None:
        line += f' ratio={ratio:.2f} of={of}' + (f'({peer:.0f})' if peer is not None else '')
    print(line, flush=True)


# --- the place --------------------------------------------------------------------------------------------------------

def passwd_line(uid):
    return f'bench{uid}:x:{uid}:{uid}:Someone:{HOME}:/bin/sh'


def make_place():
    subprocess.run(['useradd', '--system', '--user-group', '--no-create-home', 'secinfo'], check=True)
    os.makedirs('/run/secinfo', 0o755, exist_ok=True)
    os.makedirs(HOME, 0o755, exist_ok=True)
    lines = []
    for number, uid in enumerate(range(FIRST_UID, FIRST_UID + 10000)):
        line = f'{passwd_line(uid)}\n'
        lines += [f'.bench{uid} {line}', f'={uid} {line}', f'0{number} {line}']
    subprocess.run(['makedb', '-o', '/var/lib/misc/passwd.db', '-'], input=''.join(lines), text=True, check=True)
    os.chmod('/var/lib/misc/passwd.db', 0o644)
    with open('/etc/nsswitch.conf', encoding='utf-8') as file:
        rest = [line for line in file if not line.startswith('passwd:')]
    with open('/etc/nsswitch.conf', 'w', encoding='utf-8') as file:
        file.writelines(['passwd: files db\n', *rest])


def own(folder):
    user = pwd.getpwnam('secinfo')
    for entry in [folder, *(os.path.join(folder, name) for name in os.listdir(folder))]:
        os.chown(entry, user.pw_uid, user.pw_gid)


def as_secinfo():
    user = pwd.getpwnam('secinfo')
    return {'user': user.pw_uid, 'group': user.pw_gid, 'extra_groups': []}


def listen(path, kind, mode):
    if os.path.exists(path):
        os.unlink(path)
    made = socket.socket(socket.AF_UNIX, kind)
    made.bind(path)
    os.chmod(path, mode)
    made.listen(1024)
    return made


class Store:
    """A state folder with so many accounts, each with two verified addresses and eight that are not proven yet."""

    def __init__(self, accounts):
        self.path = tempfile.mkdtemp(prefix=f'store-{accounts}-', dir=Options.disk)
        os.chmod(self.path, 0o700)
        self._seed('accounts', str(FIRST_UID), str(accounts), str(CONTACTS), HOME)
        self.accounts = {}
        for uid, record, contact in self._query('SELECT uid, record, id FROM contact JOIN account USING (record) '
                                                'ORDER BY contact.created_at'):
            self.accounts.setdefault(uid, (record, []))[1].append(contact)

    def _seed(self, *arguments, lines=''):
        own(self.path)
        return subprocess.run([tool('bench-seed'), self.path, *arguments], input=lines, stdout=subprocess.PIPE,
                              text=True, check=True, **as_secinfo()).stdout.split()

    def _query(self, *statements):
        database = sqlite3.connect(f'{self.path}/store.db', isolation_level=None)
        rows = [row for sql in statements for row in database.execute(sql).fetchall()]
        database.close()
        return rows

    def reset(self):
        tables = ('message_step', 'message', 'challenge', 'tally', 'audit')
        self._query('BEGIN', *(f'DELETE FROM {name}' for name in tables), 'COMMIT', 'PRAGMA wal_checkpoint(TRUNCATE)')
        own(self.path)

    def choose(self, requests):
        return random.sample(sorted(self.accounts), min(len(self.accounts), requests // CONTACTS))

    def seed(self, pairs):
        """A running challenge for each (uid, contact); (uid, id) of them."""
        lines = ''.join(f'{self.accounts[uid][0]} {contact}\n' for uid, contact in pairs)
        return [(uid, made) for (uid, _), made in zip(pairs, self._seed('challenges', lines=lines))]


# --- what is asked ----------------------------------------------------------------------------------------------------

def ask_code(uid, at, contact):
    """Confirms with one of the two proven addresses, proves one of the eight others."""
    if at < 2:
        return f'{uid} POST /v1/account/challenges {{"purpose":"confirm","contact":"{contact}"}}'
    return f'{uid} POST /v1/account/contacts/{contact}/challenges {{}}'


def plan_issue(store, requests):
    return [ask_code(uid, at, contact) for uid in store.choose(requests)
            for at, contact in enumerate(store.accounts[uid][1])]


def answer(uid, challenge, code):
    return f'{uid} POST /v1/account/challenges/{challenge}/answer {{"code":"{code}"}}'


def plan_right(store, requests):
    pairs = [(uid, contact) for uid in store.choose(requests) for contact in store.accounts[uid][1][:2] * 5]
    return [answer(uid, made, CODE) for uid, made in store.seed(pairs)]


def plan_wrong(store, requests):
    """Three challenges an account, and 4, 4 and 2 wrong codes for them: none is used up, no limit is passed."""
    pairs = [(uid, contact) for uid in store.choose(requests) for contact in (store.accounts[uid][1][:2] * 2)[:3]]
    return [answer(uid, made, OTHER)
            for at, (uid, made) in enumerate(store.seed(pairs)) for _ in range((4, 4, 2)[at % 3])]


PLANS = {'issue': (plan_issue, '201'), 'check-right': (plan_right, '200'), 'check-wrong': (plan_wrong, '422')}


def write_plan(lines):
    with open('/run/bench-plan', 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines) + '\n')


def load(path, connections, kept, seconds=0.0, expected=None):
    command = [tool('bench-load'), path, '/run/bench-plan', str(connections), str(kept), str(seconds)]
    done = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    if expected is not None and (set(done['statuses']) != {expected} or done['lost']):
        raise SystemExit(f'{path}: expected {expected}, got {done["statuses"]}, {done["lost"]} lost')
    return done


# --- who answers ------------------------------------------------------------------------------------------------------

def ask(path, target='/v1/service', patience=5.0):
    """One request by root, as plainly as can be; the time it took in seconds, from before connect() on."""
    begun = time.monotonic()
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(patience)
        while True:
            try:
                peer.connect(path)
                break
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() - begun > patience:
                    raise
                time.sleep(0.0005)
        peer.sendall(f'GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'.encode())
        if not peer.recv(4096).startswith(b'HTTP/1.1 '):
            raise SystemExit(f'{path} does not answer')
    return time.monotonic() - begun


def pss(pid):
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('Pss:'))


def cpu(pid):
    """µs of processor time, of all its threads."""
    ran = 0
    for task in os.listdir(f'/proc/{pid}/task'):
        with open(f'/proc/{pid}/task/{task}/schedstat', encoding='ascii') as file:
            ran += int(file.read().split()[0])
    return ran / 1000


class Server:
    def __init__(self):
        self.process = None
        self.took = 0.0     # seconds from fork to the first answer

    def __enter__(self):
        begun = time.monotonic()
        self.start()
        ask(self.socket)
        self.took = time.monotonic() - begun
        return self

    def under_load(self, connections, kept, expected):
        before = cpu(self.process.pid)
        done = load(self.socket, connections, kept, expected=expected)
        done['cpu'] = (cpu(self.process.pid) - before) / done['n']
        return done

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


class Ours(Server):
    socket = API

    def __init__(self, store):
        super().__init__()
        self.store = store

    def start(self):
        listener = listen(API, socket.SOCK_STREAM, 0o666)
        environment = {'PATH': '/usr/bin:/bin', 'LANG': 'C.UTF-8', 'LISTEN_FDS': '1'}
        # The shell's own pid is what LISTEN_PID has to say.
        self.process = subprocess.Popen(
            ['/bin/sh', '-c', 'exec 3<&0 0</dev/null; LISTEN_PID=$$ exec "$@"', 'sh',
             f'{Options.build}/src/service/secinfod', '--system', '--state-dir', self.store.path],
            stdin=listener.fileno(), stderr=Options.log, env=environment, **as_secinfo())
        listener.close()


class Bare(Server):
    socket = BARE

    def __init__(self):
        super().__init__()
        self.path = tempfile.mkdtemp(prefix='bare-', dir=Options.disk)

    def start(self):
        if os.path.exists(BARE):
            os.unlink(BARE)
        self.process = subprocess.Popen([tool('bench-bare'), BARE, f'{self.path}/bare.db'])


# --- the figures ------------------------------------------------------------------------------------------------------

def median(results, what):
    return statistics.median(result[what] for result in results)


def run_ours(store, kind, connections, kept):
    make, expected = PLANS[kind]
    store.reset()
    write_plan(make(store, Options.requests))
    os.sync()
    with Ours(store) as server:
        return server.under_load(connections, kept, expected)


def run_bare(bare, connections, kept):
    """What was just asked of ours."""
    os.sync()
    with bare:
        return bare.under_load(connections, kept, '201')


def measure(store, bare, kind, connections, kept=CONTACTS):
    ours, theirs = [], []
    for _ in range(Options.rounds):
        ours.append(run_ours(store, kind, connections, kept))
        theirs.append(run_bare(bare, connections, kept))
    return ours, theirs


def bench_writes(stores, bare, kinds):
    for kind in kinds:
        for connections in (64,) if Options.rounds < 5 else (1, 16, 64):
            rates = {}
            for accounts, store in stores.items():
                ours, theirs = measure(store, bare, kind, connections)
                rates[accounts] = median(ours, 'rate')
                peer = median(theirs, 'rate')
                name = f'{kind}-c{connections}-{accounts}'
                say(name, rates[accounts], 'requests/s', rates[accounts] / peer, peer, 'bare')
                if connections == 64:
                    used, peer = median(ours, 'cpu'), median(theirs, 'cpu')
                    say(f'{name}-cpu', used, 'us/request', used / peer, peer, 'bare')
                    p99, peer = median(ours, 'p99'), median(theirs, 'p99')
                    say(f'{name}-p99', p99 / 1000, 'ms', p99 / peer, peer / 1000, 'bare')
            if len(rates) == 2:
                few, many = rates.values()
                say(f'{kind}-c{connections}-many', many, 'requests/s', many / few, few, 'few-accounts')


def bench_fresh(stores, bare):
    store = list(stores.values())[-1]
    for kind in ('issue', 'check-right'):
        kept, fresh = [], []
        for _ in range(Options.rounds):
            kept.append(run_ours(store, kind, 64, CONTACTS))
            fresh.append(run_ours(store, kind, 64, 1))
        rate, peer = median(fresh, 'rate'), median(kept, 'rate')
        say(f'fresh-{kind}-c64', rate, 'requests/s', rate / peer, peer, 'kept')


AT_ONCE = 12   # of the sixteen helpers; the other four are kept for the sign-in screen (service-password.c)


def run_beside_pam(store, kind, calls):
    """Codes are checked while so many password checks are under way and none of them is answered: a PAM that waits."""
    make, expected = PLANS[kind]
    store.reset()
    lines = make(store, Options.requests)
    busy = {line.split()[0] for line in lines}
    users = [uid for uid in store.accounts if str(uid) not in busy][:calls]
    with open('/run/bench-pam-plan', 'w', encoding='utf-8') as file:
        file.writelines(f'{uid} POST /v1/account/elevations {{"password":"secret"}}\n' for uid in users)
    write_plan(lines)
    os.sync()
    held = []
    with listen('/run/secinfo/password-check', socket.SOCK_SEQPACKET, 0o666) as pam, Ours(store) as server:
        waiting = subprocess.Popen([tool('bench-load'), API, '/run/bench-pam-plan', str(calls or 1), '1', '0'],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) if calls else None
        pam.settimeout(10)
        while len(held) < min(calls, AT_ONCE):   # the others wait for one of these to end
            held.append(pam.accept()[0])
        done = server.under_load(64, CONTACTS, expected)
        if waiting is not None:
            if waiting.poll() is not None:
                raise SystemExit('the password checks did not wait')
            waiting.terminate()
            waiting.wait()
        for call in held:
            call.close()
    return done


def bench_pam(stores, bare):
    store = list(stores.values())[-1]
    alone, beside = [], []
    for _ in range(Options.rounds):
        alone.append(run_beside_pam(store, 'check-right', 0))
        beside.append(run_beside_pam(store, 'check-right', 16))
    rate, peer = median(beside, 'rate'), median(alone, 'rate')
    say('pam-check-right-c64', rate, 'requests/s', rate / peer, peer, 'without')


def bench_first_read(store, bare, name, target):
    """Every account asks once, on a connection of its own: no answer that was kept helps."""
    ours, theirs = [], []
    write_plan([f'{uid} GET {target} -' for uid in store.choose(len(store.accounts) * CONTACTS)])
    for _ in range(Options.rounds):
        with Ours(store) as server:
            ours.append(server.under_load(64, 1, '200'))
        with bare:
            theirs.append(bare.under_load(64, 1, '200'))
    for what, unit in (('rate', 'requests/s'), ('cpu', 'us/request')):
        value, peer = median(ours, what), median(theirs, what)
        say(f'read-first-{name}-c64' + ('-cpu' if what == 'cpu' else ''), value, unit, value / peer, peer,
            'bare-constant')


def bench_read(stores, bare):
    store = list(stores.values())[-1]
    for name, target in (('contacts', '/v1/account/contacts'), ('account', '/v1/account')):
        ours, theirs = [], []
        store.reset()
        write_plan([f'{uid} GET {target} -' for uid in store.choose(10 * CONTACTS * 64) for _ in range(200)])
        with Ours(store), bare:
            for _ in range(Options.rounds):
                ours.append(load(API, 64, 200, 0.5, '200'))
                theirs.append(load(BARE, 64, 200, 0.5, '200'))
        rate, peer = median(ours, 'rate'), median(theirs, 'rate')
        say(f'read-{name}-c64', rate, 'requests/s', rate / peer, peer, 'bare-constant')
        bench_first_read(store, bare, name, target)


def bench_start(stores, bare):
    for accounts, store in stores.items():
        ours, theirs = [], []
        for _ in range(Options.rounds):
            with Ours(store) as server:
                ours.append({'took': server.took})
            with bare:
                theirs.append({'took': bare.took})
        took, peer = median(ours, 'took'), median(theirs, 'took')
        say(f'start-{accounts}', took * 1000, 'ms', took / peer, peer * 1000, 'bare')


class NamesFromAFile:
    """libnss-db brings libdb along, 1.5 MiB that is none of ours: while memory is measured the names stand in the file
    itself, though each look-up then reads through it."""

    def __enter__(self):
        self.kept = {}
        for path in ('/etc/passwd', '/etc/nsswitch.conf'):
            with open(path, encoding='utf-8') as file:
                self.kept[path] = file.read()
        with open('/etc/passwd', 'a', encoding='utf-8') as file:
            file.writelines(f'{passwd_line(uid)}\n' for uid in range(FIRST_UID, FIRST_UID + 10000))
        self._write('/etc/nsswitch.conf', self.kept['/etc/nsswitch.conf'].replace('passwd: files db', 'passwd: files'))

    def __exit__(self, *_):
        for path, text in self.kept.items():
            self._write(path, text)

    @staticmethod
    def _write(path, text):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)


def bench_memory(stores, bare):
    store = list(stores.values())[-1]
    store.reset()
    write_plan([f'{ask_code(uid, at, contact)}\n{uid} GET /v1/account/contacts -'
                for uid in store.accounts for at, contact in enumerate(store.accounts[uid][1])])
    with NamesFromAFile(), Ours(store) as ours, bare:
        idle, peer = pss(ours.process.pid), pss(bare.process.pid)
        say('memory-idle', idle, 'KiB', idle / peer, peer, 'bare')
        load(API, 64, 20, Options.load_seconds)
        load(BARE, 64, 20, Options.load_seconds)
        loaded, peer = pss(ours.process.pid), pss(bare.process.pid)
        say('memory-loaded', loaded, 'KiB', loaded / peer, peer, 'bare')


BENCHES = {
    'issue': lambda stores, bare: bench_writes(stores, bare, ['issue']),
    'check': lambda stores, bare: bench_writes(stores, bare, ['check-right', 'check-wrong']),
    'fresh': bench_fresh, 'read': bench_read, 'pam': bench_pam, 'memory': bench_memory, 'start': bench_start,
}


def main():
    arguments = sys.argv[1:]
    if os.geteuid() != 0 or len(arguments) < 2 or not os.path.exists('/run/lock'):
        sys.exit(__doc__)
    Options.build, Options.disk = (os.path.abspath(path) for path in arguments[:2])
    names = [name for name in arguments[2:] if not name.startswith('--')] or list(BENCHES)
    if '--quick' in arguments:
        Options.rounds, Options.load_seconds = 3, 1.0
    if '--long' in arguments:
        Options.load_seconds = 60.0
    Options.log = open(f'{Options.disk}/secinfod.log', 'w', encoding='utf-8')
    unknown = set(names) - set(BENCHES)
    if unknown:
        sys.exit(f'There is no bench {", ".join(sorted(unknown))}.')

    make_place()
    stores = {accounts: Store(accounts) for accounts in (100, 10000)}
    bare = Bare()
    try:
        for name in names:
            BENCHES[name](stores, bare)
    finally:
        for path in [bare.path, *(store.path for store in stores.values())]:
            shutil.rmtree(path)


if __name__ == '__main__':
    main()
