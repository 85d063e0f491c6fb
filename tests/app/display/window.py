# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the real window: what a screen reader sees (AT-SPI), and keys (xdotool). Run inside `session`."""
import os
import pathlib
import re
import subprocess
import sys
import time

import pyatspi

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'lib'))
from still import named as processes  # noqa: E402
from still import still  # noqa: E402

ARTEFACTS = pathlib.Path(os.environ.get('SECINFO_TEST_ARTEFACTS', '.'))


def wait(what, why, seconds=90):
    """Calls @what until it gives something true; asserts with @why otherwise."""
    end = time.monotonic() + seconds
    while True:
        try:
            found = what()
        except Exception:            # the accessible may be gone between two looks
            found = None
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f'{why} (waited {seconds} s)')
        time.sleep(0.1)


def application(name='secinfo'):
    def look():
        for app in pyatspi.Registry.getDesktop(0):
            if app is not None and name in (app.name or ''):
                return app
        return None
    return wait(look, f'no application {name} on the accessibility bus')


def is_running(name='secinfo'):
    return any(app is not None and name in (app.name or '') for app in pyatspi.Registry.getDesktop(0))


def walk(node):
    """@node and what is below it, without what is hidden. (GTK 4.8 tells a hidden widget, not one on another page.)"""
    yield node
    for i in range(node.childCount):
        child = node.getChildAtIndex(i)
        if child is not None and is_visible(child):
            yield from walk(child)


def role(node):
    """Its name; newer at-spi2-core (Debian 13) calls a push button a button."""
    name = node.getRoleName()
    return 'push button' if name == 'button' else name


def is_visible(node):
    return node.getState().contains(pyatspi.STATE_VISIBLE)


def is_selected(node):
    return node.getState().contains(pyatspi.STATE_SELECTED)


def is_sensitive(node):
    return node.getState().contains(pyatspi.STATE_SENSITIVE)


def is_invalid(node):
    """GTK 4.8 says it by the first of the two."""
    return node.getState().contains(pyatspi.STATE_INVALID) or node.getState().contains(pyatspi.STATE_INVALID_ENTRY)


def described_by(node):
    """What is read after its name. GTK 4.8 tells the relation and leaves the description empty."""
    found = [node.description or '']
    for relation in node.getRelationSet():
        if relation.getRelationType() == pyatspi.RELATION_DESCRIBED_BY:
            found += [relation.getTarget(i).name for i in range(relation.getNTargets())]
    return ' '.join(found)


def said_by(node):
    """Its name; newer GTK leaves a status without one, and its text is what is read."""
    if node.name:
        return node.name
    try:
        return node.queryText().getText(0, -1)
    except (NotImplementedError, AttributeError):
        return ''


def named(node, name):
    """GTK 4.8 names a button by its label with the mnemonic, then by its child: "_Send Send"."""
    own = node.name or ''
    return own == name or (role(node) == 'push button' and own.replace('_', '', 1) == f'{name} {name}')


def find(root, roles, name=None, contains=None):
    """The first node of one of @roles (comma-separated; * = any), by its whole name or a part of it."""
    wanted = roles.split(',')
    for node in walk(root):
        if roles != '*' and role(node) not in wanted:
            continue
        if name is not None and not named(node, name):
            continue
        if contains is not None and contains not in said_by(node):
            continue
        return node
    return None


def need(root, roles, name=None, contains=None, seconds=90):
    return wait(lambda: find(root, roles, name, contains), f'no {roles} {name or contains!r}', seconds)


def need_window(application, title, seconds=90):
    def look():
        for child in application:
            if child is not None and child.name == title:
                return child
        return None
    return wait(look, f'no window {title!r}', seconds)


def gone(root, roles, name=None, contains=None, seconds=90):
    return wait(lambda: find(root, roles, name, contains) is None, f'{roles} {name or contains!r} is still there',
                seconds)


def need_toast(root, words):
    """It stays for five seconds, and the whole of a window takes a busy machine longer to read; but a toast lies over
    what else is there, so it is the last that there is."""
    def backwards(node):
        for i in reversed(range(node.childCount)):
            child = node.getChildAtIndex(i)
            if child is not None and is_visible(child):
                yield from backwards(child)
        yield node
    return wait(lambda: next((node for node in backwards(root) if words in said_by(node)), None), f'no toast {words!r}')


def texts(root):
    """Everything that can be read, in order: for asserting on sentences."""
    out = []
    for node in walk(root):
        try:
            out.append(node.name or '')
            if 'Text' in pyatspi.listInterfaces(node):
                out.append(node.queryText().getText(0, -1))
        except Exception:
            continue
    return '\n'.join(t for t in out if t)


def press(node):
    wait(lambda: is_sensitive(node), f'{node} stays insensitive')
    act(node)


def act(node):
    # A menu button's own button lies inside it.
    for child in walk(node):
        if 'Action' in pyatspi.listInterfaces(child) and child.queryAction().nActions > 0:
            assert child.queryAction().doAction(0), f'{child} did not act'
            return
    raise AssertionError(f'{node} has no action')


def fill(node, text):
    """Sets the text of the editable at or below @node."""
    for child in walk(node):
        if 'EditableText' in pyatspi.listInterfaces(child):
            assert child.queryEditableText().setTextContents(text)
            return
    raise AssertionError(f'nothing editable in {node}')


def dump(root, depth=0, out=None):
    """The tree as text: left beside a failing test."""
    out = [] if out is None else out
    try:
        out.append('  ' * depth + f'{role(root)} {root.name!r}' + ('' if is_visible(root) else ' (hidden)'))
        for i in range(root.childCount):
            child = root.getChildAtIndex(i)
            if child is not None:
                dump(child, depth + 1, out)
    except Exception as error:
        out.append('  ' * depth + f'({error})')
    return '\n'.join(out)


def shot(name):
    path = ARTEFACTS / f'{name}.png'
    subprocess.run(['import', '-silent', '-window', 'root', str(path)], check=True)
    return path


def xdo(*words):
    """Fails instead of waiting for ever: `--sync` does, for a window that went meanwhile."""
    return subprocess.run(['xdotool', *map(str, words)], check=True, capture_output=True, text=True, timeout=60).stdout


def windows():
    out = subprocess.run(['xdotool', 'search', '--onlyvisible', '--class', '.'], capture_output=True, text=True).stdout
    return out.split()


def focus_window(title, seconds=90):
    """Gives the keyboard to the window of that title (there is no window manager)."""
    def look():
        found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', f'^{re.escape(title)}$'],
                               capture_output=True, text=True).stdout.split()
        return found[-1] if found else None
    window = wait(look, f'no window {title!r}', seconds)
    xdo('windowfocus', '--sync', window)
    return window


def keys(*names):
    for name in names:
        xdo('key', '--clearmodifiers', name)
        time.sleep(0.05)


def type_text(text):
    xdo('type', '--delay', '20', text)


def pause(seconds=0.15):
    """For a key to be dealt with, and what moves to stop, where nothing that can be seen says so: the display, the
    application and its service have had nothing to do for so long."""
    return still(processes('Xvfb', 'secinfo', 'secinfod'), seconds)


def top_windows(app):
    """What is open now: dialogs and the window, not the popovers."""
    roles = ('frame', 'dialog', 'window', 'alert')
    return [child for child in app if child is not None and role(child) in roles]


def focused(root):
    """What has the keyboard, at or below @root."""
    for node in walk(root):
        if node.getState().contains(pyatspi.STATE_FOCUSED):
            return node
    return None


def words_of(node):
    """Its name, or that of what it lies in: an entry's text has none of its own."""
    for _ in range(4):
        if node is None:
            break
        if node.name:
            return node.name
        node = node.parent
    return ''
