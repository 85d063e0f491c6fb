# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""secinfoctl as a program that talks to it line by line, and at a terminal."""
import json
import os
import pathlib
import pty
import select
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
import harness  # noqa: E402

SECINFOCTL = harness.BUILD / 'src/cli/secinfoctl'
PASSWORD = 'The password you sign in with:'
CODE = 'Code (Enter alone sends it again):'
NUMBER = 'Number:'


class Done:
    def __init__(self, status, out, err, asked):
        self.status, self.out, self.err, self.asked = status, out, err, asked

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f'<secinfoctl: {self.status}\n{self.out}\n{self.err}>'


def environment(service):
    result = {key: value for key, value in os.environ.items()
              if key.startswith(('ASAN_', 'UBSAN_', 'LSAN_', 'GCOV_')) or key in ('PATH', 'TZ')}
    return result | {'HOME': str(service.directory / 'home'), 'XDG_RUNTIME_DIR': str(service.directory / 'xdg'),
                     'LANG': 'C.UTF-8',
                     'G_DEBUG': 'fatal-warnings'}


def run(service, *arguments, answers=None, use_stdin=True):
    """@answers: {prompt: text, list of texts or function that gives one}; a prompt without an answer ends the input."""
    command = [str(SECINFOCTL), '--socket', str(service.socket), *(['--stdin'] if use_stdin else []), *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True,
                               env=environment(service), bufsize=1)
    answers = {key: list(value) if isinstance(value, (list, tuple)) else value for key,
               value in (answers or {}).items()}
    lines, asked = [], []
    for line in process.stderr:
        line = line.rstrip('\n')
        lines.append(line)
        prompt = line if line in answers or line in (PASSWORD, CODE, NUMBER) or line.endswith('[y/N]') else None
        if prompt is None:
            continue
        asked.append(prompt)
        answer = answers.get(prompt)
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else None
        if callable(answer):
            answer = answer()
        if answer is None:
            process.stdin.close()
        else:
            process.stdin.write(answer + '\n')
            process.stdin.flush()
    out = process.stdout.read()
    if not process.stdin.closed:
        process.stdin.close()
    status = process.wait(harness.WAIT)
    process.stdout.close()
    process.stderr.close()
    return Done(status, out, '\n'.join(lines), asked)


def run_at_terminal(service, *arguments, answers):
    """@answers: [(what is waited for, what is typed or a function)]. Gives (status, everything that stood on the
    terminal)."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(str(SECINFOCTL), [str(SECINFOCTL), '--socket', str(service.socket), *arguments], environment(service))
    seen, place, end = '', 0, time.monotonic() + 3 * harness.WAIT
    answers = list(answers)
    while time.monotonic() < end:
        ready, _, _ = select.select([fd], [], [], 0.1)
        if ready:
            try:
                data = os.read(fd, 4096)
            except OSError:
                break
            if not data:
                break
            seen += data.decode(errors='replace')
        if answers and answers[0][0] in seen[place:]:
            prompt, text = answers.pop(0)
            place = seen.index(prompt, place) + len(prompt)
            time.sleep(0.1)   # the echo goes off after the prompt was written
            os.write(fd, ((text() if callable(text) else text) + '\n').encode())
    os.close(fd)   # whoever still waits for an answer is hung up on
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), seen
