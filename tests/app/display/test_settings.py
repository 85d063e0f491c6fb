#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences in the real window: ways to send added, tested, put in order, described by a file; one's own mailbox
proven; the way back in switched off; a way for alerts alone."""
import http.server
import json
import sys
import threading
import time

import window as w
from person import PASSWORD, WindowCase, code_in, ctl, sink, tap

sys.dont_write_bytecode = True
MINE = 'alex.sample@example.org'
# It takes the place of one that came with the program.
OURS = {'secinfo-gateway': 1, 'name': 'ntfy', 'title': 'Our board', 'medium': 'push', 'address': 'none',
        'settings': {'base': {'label': 'Web address'}},
        'request': {'method': 'POST', 'url': '{base}/say', 'auth': {'type': 'none'},
                    'text': {'type': 'text/plain', 'value': '{text}'}},
        'response': {'rules': [{'status': '200', 'result': 'accepted'}]}}


class Board:
    """Somewhere that alerts go to: keeps what is said there. As a context manager."""

    def __enter__(self):
        board = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                board.got.append(self.rfile.read(int(self.headers['Content-Length'])).decode())
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.got = []
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.server.server_port}'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()
TITLE = 'Preferences'


class Settings(WindowCase):
    """The app's own service has one way to send email, a mail server."""

    def in_window(self, title):
        self.dialog(title)
        w.focus_window(title)
        w.pause(0.2)

    def open_settings(self):
        self.in_window('Security Info')
        w.keys('ctrl+comma')
        self.in_window(TITLE)
        return self.dialog(TITLE)

    def gateways(self):
        return ctl('gateways', 'list')

    def titles(self):
        return [g['title'] for g in sorted(self.gateways(), key=lambda g: g['position'])]

    def sees_in(self, words):
        w.wait(lambda: words in w.texts(self.dialog(TITLE)), f'not to be read: {words}')

    def goes_to(self, words, key='Tab', most=25):
        """Presses @key until the focus is on what is called so."""
        for _ in range(most):
            node = w.focused(self.window)
            if node is not None and words in w.words_of(node):
                return
            w.keys(key)
            w.pause()
        raise AssertionError(f'{key} does not come to {words!r} in {most} steps')

    def choose(self, words):
        """Of “Add a way to send”: the arrows move inside a group."""
        self.sees_in('Nothing passes through a company')
        self.goes_to(words, 'Down')
        w.keys('Return')

    def server(self, port, then):
        """From the field of the server on: server, port, no encryption, and @then Tabs. An entry is one stop of Tab."""
        w.keys('ctrl+a')
        w.type_text('127.0.0.1')
        w.keys('Tab', 'ctrl+a')
        w.type_text(str(port))
        w.keys('Tab', 'Return')
        w.pause(0.2)
        w.keys('Down', 'Down', 'Return')
        w.pause(0.2)
        w.keys(*['Tab'] * then)

    def drag(self, words, onto, picture):
        """By the mouse, from the middle of one row to the middle of another; what it carries is a window of its own."""
        def middle(title):
            place = w.need(self.dialog(TITLE), 'list item', contains=title).queryComponent().getExtents(
                w.pyatspi.WINDOW_COORDS)
            return place.x + place.width // 2, place.y + place.height // 2

        def carries():
            """GTK keeps a window of a pixel or so from the first drag on."""
            sizes = [w.xdo('getwindowgeometry', window).split()[-1].split('x') for window in w.windows()]
            return sum(1 for width, height in sizes if int(width) > 100 and int(height) > 20) > len(
                w.top_windows(self.window))

        (x, y), (to_x, to_y) = middle(words), middle(onto)
        self.assertFalse(carries())
        w.xdo('mousemove', x, y, 'mousedown', 1)
        for step in range(1, 11):
            w.xdo('mousemove', x + (to_x - x) * step // 10, y + (to_y - y) * step // 10)
            time.sleep(0.05)
        w.wait(carries, 'nothing is dragged')
        w.shot(picture)
        w.xdo('mouseup', 1)
        w.wait(lambda: not carries(), 'it is still carried')

    def test_add_test_order_remove(self):
        """By keyboard; AT-SPI fills two of the fields, and is looked at. The order by the mouse too."""
        other = sink.SmtpSink()
        self.addCleanup(other.stop)
        self.open_settings()
        self.sees_in('Never used: send a test')
        w.shot('settings-sending')
        self.goes_to('Add a way to send email')
        w.keys('Return')
        self.choose('Mail server')
        self.sees_in('Sender address')
        # What it is called is filled in: the focus is on the first that is not.
        w.pause(0.2)
        self.server(other.port, 1)
        w.fill(w.need(self.dialog(TITLE), 'text', 'Name'), 'Second')
        # Half an address is refused, and nothing is added.
        w.fill(w.need(self.dialog(TITLE), 'text', 'Sender address'), 'codes')
        w.keys('alt+a')
        w.wait(lambda: w.is_invalid(w.find(self.dialog(TITLE), 'text', 'Sender address')), 'not marked')
        self.assertEqual(len(self.gateways()), 1)
        w.fill(w.need(self.dialog(TITLE), 'text', 'Sender address'), other.sender)
        w.keys('alt+a')
        self.sees_in('Send a test message to')
        w.wait(lambda: self.titles() == ['Mail server', 'Second'], 'not added')
        w.shot('settings-gateway-added')
        # The focus is on the test.
        w.pause(0.2)
        w.type_text(MINE)
        w.keys('Return')
        self.sees_in('Taken over. Did it arrive?')
        self.assertIn('This is a test message of SecInfo.', other.wait_for(MINE).get_content())
        other.refuse(MINE, '550 5.1.1 No such user here')
        w.keys('Return')
        self.sees_in('Refused: this address does not exist.')
        self.assertIn('No such user here', w.texts(self.dialog(TITLE)))
        w.shot('settings-gateway-refused')
        # Back on the row; Alt+Up moves it, and the focus stays with it.
        w.keys('Escape')
        self.sees_in('Second, 2 of 2, Last delivered')
        w.wait(lambda: 'Second, 2 of 2' in w.words_of(w.focused(self.window)), 'the focus is not on the row')
        w.keys('alt+Up')
        self.sees_in('Second, 1 of 2')
        self.assertEqual(self.titles(), ['Second', 'Mail server'])
        w.wait(lambda: 'Second, 1 of 2' in w.words_of(w.focused(self.window)), 'the focus did not stay')
        w.shot('settings-moved')
        # The same by the mouse: downwards, and up again.
        for words, onto, then in (('Second, 1 of 2', 'Mail server, 2 of 2', ['Mail server', 'Second']),
                                  ('Second, 2 of 2', 'Mail server, 1 of 2', ['Second', 'Mail server'])):
            self.drag(words, onto, f'settings-dragged-{words[8]}')
            w.wait(lambda: self.titles() == then, f'not {then}')  # noqa: B023
            self.sees_in(f'{then[0]}, 1 of 2')
            self.sees_in(f'{then[1]}, 2 of 2')
        # One of another kind is no place for it.
        phones = [ctl('gateways', 'add', 'kannel', 'base=http://127.0.0.1:9', 'user=nobody', stdin='nothing\n')['id']
                  for _ in range(2)]
        self.sees_in('Kannel, 2 of 2')
        self.drag('Second, 1 of 2', 'Kannel, 2 of 2', 'settings-dragged-elsewhere')
        for phone in phones:
            ctl('gateways', 'remove', phone, '--yes')
        self.sees_in('Codes cannot go to phones.')
        self.assertEqual(self.titles(), ['Second', 'Mail server'])
        w.wait(lambda: 'Second, 1 of 2' in w.words_of(w.focused(self.window)), 'the focus did not stay')
        # And away with it.
        w.keys('Return')
        self.sees_in('Send a test message to')
        w.keys('alt+r')
        self.in_window('Remove “\u2068Second\u2069”?')
        w.keys('alt+r')
        w.wait(lambda: self.titles() == ['Mail server'], 'not removed')
        self.in_window(TITLE)
        w.keys('Escape')
        w.wait(lambda: len(w.top_windows(self.window)) == 1, 'the window stays')

    def test_own_mailbox(self):
        ctl('gateways', 'remove', self.gateways()[0]['id'], '--yes')
        self.open_settings()
        self.sees_in('Codes by email go to the trial inbox, which proves nothing.')
        w.keys('alt+m')
        self.sees_in('Codes and alerts of this computer leave from this address.')
        w.pause(0.2)
        w.type_text(MINE)
        self.sees_in('This provider is not known here')
        w.pause(0.2)
        w.shot('settings-mailbox-unknown')
        # Over what is said of the provider.
        w.keys('Tab', 'Tab')
        # The sink asks nobody who he is.
        self.server(self.smtp.port, 1)
        w.keys('ctrl+a', 'BackSpace')
        w.keys('alt+t')
        self.in_window('Confirm it’s you')
        w.type_text(PASSWORD)
        w.keys('Return')
        self.sees_in('Look into the same mailbox')
        self.assertEqual(self.gateways()[0]['health']['state'], 'unproven')
        code = code_in(self.mail(MINE))
        self.in_window(TITLE)
        w.shot('settings-mailbox-code')
        w.type_text(f'{(int(code) + 1) % 1000000:06d}')
        self.sees_in('That is not the code.')
        # It is selected: typing replaces it.
        w.type_text(code)
        self.sees_in('It works')
        w.shot('settings-mailbox-proven')
        contacts = ctl('contacts', 'list')
        self.assertEqual([(c['state'], c['trial']) for c in contacts], [('verified', False)])
        self.assertNotEqual(self.gateways()[0]['health']['state'], 'unproven')
        w.keys('Return')
        self.sees_in('1 of 1, Last delivered')
        w.keys('Escape')
        w.wait(lambda: len(w.top_windows(self.window)) == 1, 'the window stays')
        self.assertNotIn(code, self.log_text())

    def take_file(self, name, text):
        """By “From a description file…”: a path typed into GTK's own dialog."""
        path = w.ARTEFACTS / name
        path.write_text(text, encoding='utf-8')
        w.keys('alt+f')
        self.in_window('Description File')
        w.type_text(str(path))
        w.keys('Return')
        w.wait(lambda: not any(c is not None and c.name == 'Description File' for c in self.window), 'it stays open')
        w.focus_window(TITLE)

    def test_description_and_alerts(self):
        """A way for alerts alone, of one's own description: refused, taken over, used, and kept while it is."""
        self.open_settings()
        self.sees_in('Never used: send a test')
        w.keys('alt+a')
        self.sees_in('These prove no address, so codes never go there.')
        w.keys('alt+w')
        self.sees_in('A topic, at ntfy.sh or on a server of your own')
        wrong = dict(OURS, request=dict(OURS['request'], url='{base}/{nothing}'))
        self.take_file('wrong.json', json.dumps(wrong, indent=1))
        self.sees_in('wrong.json\u2069: Line ')
        w.shot('settings-import-refused')
        self.take_file('ours.json', json.dumps(OURS, indent=1))
        w.wait(lambda: 'Our board' in w.words_of(w.focused(self.window)), 'the focus is not on the new one')
        # It can be chosen at once.
        w.keys('Return')
        w.need(self.dialog(TITLE), 'text', 'Web address')
        w.pause(0.2)
        with Board() as board:
            w.type_text(board.url)
            w.keys('alt+a')
            self.sees_in('Send a test message')
            w.wait(lambda: 'Our board' in self.titles(), 'not added')
            w.pause(0.2)
            w.keys('Return')
            self.sees_in('Taken over. Did it arrive?')
            self.assertIn('This is a test message of SecInfo.', board.got[0])
        w.shot('settings-alert-way')
        w.keys('Escape')
        w.wait(lambda: 'Our board, \u2068127.0.0.1' in w.words_of(w.focused(self.window)), 'not on its row')
        # It is in use.
        w.keys('alt+w')
        self.goes_to('Our board', 'Down')
        w.keys('Tab', 'Return')
        self.in_window('Remove “\u2068Our board\u2069”?')
        w.keys('alt+r')
        self.in_window(TITLE)
        w.need_toast(self.dialog(TITLE), 'This is in use.')
        w.shot('settings-import-in-use')
        ctl('gateways', 'remove', next(g['id'] for g in self.gateways() if g['kind'] == 'ntfy'), '--yes')
        w.keys('Return')
        self.in_window('Remove “\u2068Our board\u2069”?')
        w.keys('alt+r')
        w.wait(lambda: 'Our board' not in [k['title'] for k in ctl('gateways', 'kinds')], 'not removed')
        self.in_window(TITLE)
        w.gone(self.dialog(TITLE), '*', contains='Our board')
        self.sees_in('A topic, at ntfy.sh or on a server of your own')

    def way_back_in(self):
        return next(rule['value'] for rule in ctl('policy') if rule['key'] == 'way-back-in')

    def test_security(self):
        """The rules in words, and the one switch; erasing asks first, and then who one is."""
        self.open_settings()
        w.keys('alt+r')
        self.sees_in('A code has 6 digits and works once.')
        w.shot('settings-security')
        # By the row's letter; then as somebody else changes it meanwhile.
        w.keys('alt+i')
        w.wait(lambda: self.way_back_in() == 0, 'not switched off')
        self.sees_in('no code is taken at the sign-in screen')
        toggle = w.need(self.dialog(TITLE), 'check box,toggle button,switch', contains='At the sign-in screen')
        ctl('policy', 'set', 'way-back-in=1')
        w.wait(lambda: toggle.getState().contains(w.pyatspi.STATE_CHECKED), 'the switch stays off')
        w.keys('alt+e')
        self.in_window('Erase your security info?')
        w.keys('alt+e')
        self.in_window('Confirm it’s you')
        w.keys('Escape')
        self.in_window(TITLE)


if __name__ == '__main__':
    tap.main()
