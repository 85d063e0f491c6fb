# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Cyrus (IMAP, JMAP) and behind it a real Exim, on loopback, in a folder of their own.

    with cyrus.Cyrus() as mailbox:
        … mailbox.settings, mailbox.read('alt', 'INBOX')
"""
import contextlib
import imaplib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import unittest

import courier

LIB = '/usr/lib/cyrus/bin'
IMAPD = """configdirectory: {top}/conf
proc_path: {top}/run/proc
mboxname_lockpath: {top}/run/lock
defaultpartition: default
partition-default: {top}/spool
sievedir: {top}/sieve
cyrus_user: {user}
cyrus_group: {group}
altnamespace: yes
unixhierarchysep: yes
virtdomains: userid
defaultdomain: example.test
servername: example.test
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {top}/sasldb2
sasl_mech_list: PLAIN LOGIN
httpmodules: jmap
httpallowcompress: no
conversations: yes
conversations_db: twoskip
autocreate_quota: 0
autocreate_inbox_folders: Drafts|Sent|Trash
xlist-drafts: Drafts
autocreate_post: yes
specialusealways: yes
smtp_backend: host
smtp_host: 127.0.0.1:{smtp}/noauth
lmtpsocket: {top}/run/lmtp
idlesocket: {top}/run/idle
notifysocket: {top}/run/notify
"""
CYRUS = """START {{
  recover cmd="{lib}/ctl_cyrusdb -C {top}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{lib}/imapd -C {top}/imapd.conf -U 30" listen="127.0.0.1:{imap}" prefork=0 maxchild=5
  http cmd="{lib}/httpd -C {top}/imapd.conf -U 30" listen="127.0.0.1:{http}" prefork=1 maxchild=5
  lmtpunix cmd="{lib}/lmtpd -C {top}/imapd.conf -a" listen="{top}/run/lmtp" prefork=0 maxchild=3
}}
EVENTS {{
}}
"""
EXIM = """exim_user = {user}
exim_group = {group}
exim_path = /usr/sbin/exim4
primary_hostname = mx.example.test
spool_directory = {top}/exim
log_file_path = {top}/exim/%slog
pid_file_path = {top}/exim/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtp}
never_users =
keep_environment =
add_environment = PATH=/usr/bin:/bin
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s
acl_smtp_rcpt = rcpt
domainlist local = example.test
begin acl
rcpt:
  deny !domains = +local
       message = relay not permitted
  deny !verify = recipient
       message = no such mailbox
  accept
begin routers
mailboxes:
  driver = accept
  domains = +local
  local_parts = alt : secinfo
  transport = lmtp
begin transports
lmtp:
  driver = lmtp
  socket = {top}/run/lmtp
"""


class Cyrus:
    def __enter__(self):
        for program in (f'{LIB}/httpd', '/usr/sbin/cyrmaster', '/usr/sbin/exim4', '/usr/sbin/saslpasswd2'):
            if not pathlib.Path(program).exists():
                raise unittest.SkipTest(f'{program} is not installed')
        self.top = pathlib.Path(tempfile.mkdtemp(prefix='secinfo-cyrus-'))
        self.pids = []
        user = pwd.getpwuid(os.geteuid()).pw_name
        self.smtp, self.imap, self.http = (courier.free_port() for _ in range(3))
        names = {'top': self.top, 'user': user, 'group': 'mail' if user == 'root' else user, 'lib': LIB,
                 'smtp': self.smtp, 'imap': self.imap, 'http': self.http}
        if user == 'root':
            raise unittest.SkipTest('Cyrus does not run as root: build-aux/run --user tester')
        for folder in ('conf/db', 'conf/log', 'conf/socket', 'conf/proc', 'conf/ptclient', 'conf/lock', 'run/proc',
                       'run/lock', 'spool/stage.', 'sieve', 'exim'):
            (self.top / folder).mkdir(parents=True, exist_ok=True)
        for name, text in (('imapd.conf', IMAPD), ('cyrus.conf', CYRUS), ('exim.conf', EXIM)):
            (self.top / name).write_text(text.format(**names))
        for account in ('secinfo', 'alt'):
            subprocess.run(['/usr/sbin/saslpasswd2', '-p', '-c', '-f', self.top / 'sasldb2', '-u', 'example.test',
                            account], input=f'{account}-pw', text=True, check=True, capture_output=True)
        self.start('/usr/sbin/cyrmaster', '-C', self.top / 'imapd.conf', '-M', self.top / 'cyrus.conf', '-p',
                   self.top / 'master.pid', '-L', self.top / 'master.log')
        self.start('/usr/sbin/exim4', '-C', self.top / 'exim.conf', '-bdf')
        # The first sign-in makes the folders.
        for account in ('secinfo', 'alt'):
            courier.wait_for(f'the mailbox of {account}', lambda: self.count(account, 'Drafts') == 0, 60)
        courier.wait_for('Exim', self.exim_answers, 30)
        self.settings = {'base': f'http://127.0.0.1:{self.http}/jmap/', 'user': 'secinfo', 'password': 'secinfo-pw',
                         'from': 'secinfo@example.test'}
        return self

    def start(self, *command):
        with open(self.top / 'out', 'ab') as out:
            self.pids.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                              start_new_session=True))

    def exim_answers(self):
        import smtplib
        with contextlib.suppress(OSError, smtplib.SMTPException):
            smtplib.SMTP('127.0.0.1', self.smtp, timeout=5).quit()
            return True

    def connect(self, account):
        client = imaplib.IMAP4('127.0.0.1', self.imap, timeout=10)
        client.login(account, f'{account}-pw')
        return client

    def count(self, account, folder):
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            client = self.connect(account)
            status, said = client.select(folder, readonly=True)
            client.logout()
            return int(said[0]) if status == 'OK' else None

    def read(self, account, folder):
        client = self.connect(account)
        client.select(folder, readonly=True)
        _, found = client.search(None, 'ALL')
        text = ''
        for number in found[0].split():
            _, said = client.fetch(number, '(RFC822)')
            text += said[0][1].decode()
        client.logout()
        return text

    def __exit__(self, *_):
        for process in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
        shutil.rmtree(self.top, ignore_errors=True)
