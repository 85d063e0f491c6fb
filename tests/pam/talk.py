#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""talk.py JSON: a program that signs somebody in through PAM, and answers as one of those that people meet.

{"service", "user", "answers": [...], "like": "gdm|sddm|sshd", "items": {"PAM_RHOST": ...}, "session": bool, "uid": N}
says what was said as {"said": [[style, words], ...], "result": N, "seconds": S, "many": N, "delay": S}: `many` is the
most messages that came at once, `delay` what PAM wanted to wait after a failure (it does not). gdm answers each
question with the next answer; sddm gives the first to every question; sshd gives it to hidden questions and refuses
others (its password method); where answers run out there is none (PAM_CONV_ERR).
"""
import ctypes
import json
import os
import sys
import time

PAM_CONV_ERR = 19
STYLES = {1: 'hidden', 2: 'shown', 3: 'error', 4: 'info'}
FAIL_DELAY = 10
ITEMS = {'PAM_TTY': 3, 'PAM_RHOST': 4, 'PAM_XDISPLAY': 11}


class Message(ctypes.Structure):
    _fields_ = [('style', ctypes.c_int), ('words', ctypes.c_char_p)]


class Response(ctypes.Structure):
    _fields_ = [('text', ctypes.c_void_p), ('code', ctypes.c_int)]


CONVERSE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.POINTER(Message)),
                            ctypes.POINTER(ctypes.c_void_p), ctypes.c_void_p)


DELAY = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p)


class Conversation(ctypes.Structure):
    _fields_ = [('converse', CONVERSE), ('data', ctypes.c_void_p)]


class Talk:
    def __init__(self, what):
        self.what, self.said, self.many, self.delay = what, [], 0, 0
        self.delay_callback = DELAY(self.wait)
        self.answers = list(what.get('answers', []))
        self.like = what.get('like', 'gdm')
        self.pam = ctypes.CDLL('libpam.so.0')
        self.libc = ctypes.CDLL(None)
        self.libc.calloc.restype = self.libc.strdup.restype = ctypes.c_void_p
        self.conversation = Conversation(CONVERSE(self.converse), None)

    def answer(self, style):
        if self.like == 'sshd' and style == 2:
            return None
        if self.like in ('sddm', 'sshd'):
            return self.answers[0]
        return self.answers.pop(0) if self.answers else None

    def wait(self, status, microseconds, _):
        self.delay = microseconds / 1e6

    def converse(self, n, messages, responses, _):
        self.many = max(self.many, n)
        made = self.libc.calloc(n, ctypes.sizeof(Response))
        array = ctypes.cast(made, ctypes.POINTER(Response))
        for i in range(n):
            style, words = messages[i].contents.style, messages[i].contents.words or b''
            self.said.append((STYLES[style], words.decode('utf-8', 'backslashreplace')))
            if style in (1, 2):
                answer = self.answer(style)
                if answer is None:
                    return PAM_CONV_ERR
                array[i].text = self.libc.strdup(answer.encode())
        responses[0] = made
        return 0

    def run(self):
        handle = ctypes.c_void_p()
        user = self.what['user']
        assert self.pam.pam_start(self.what['service'].encode(), user.encode() if user else None,
                                  ctypes.byref(self.conversation), ctypes.byref(handle)) == 0
        for name, value in self.what.get('items', {}).items():
            assert self.pam.pam_set_item(handle, ITEMS[name], ctypes.c_char_p(value.encode())) == 0
        assert self.pam.pam_set_item(handle, FAIL_DELAY, self.delay_callback) == 0
        begun = time.monotonic()
        result = self.pam.pam_authenticate(handle, 0)
        seconds = time.monotonic() - begun
        if result == 0 and self.what.get('session'):
            result = self.pam.pam_open_session(handle, 0)
        self.pam.pam_end(handle, result)
        return {'said': self.said, 'result': result, 'seconds': seconds, 'many': self.many, 'delay': self.delay}


def main():
    what = json.loads(sys.argv[1])
    if 'uid' in what:
        os.setgroups([])
        os.setresgid(*[what['gid']] * 3)
        os.setresuid(*[what['uid']] * 3)
    print(json.dumps(Talk(what).run()))


if __name__ == '__main__':
    main()
