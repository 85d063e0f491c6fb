# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes of the help, for shots.py."""
from scenes import scene


@scene(everywhere=True)
def help_article(s):
    """By F1, then an article with a button, then the list (its own page where it is narrow)."""
    yield
    s.key('F1')
    s.window(2)
    s.shoot()
    s.key('ctrl+f')
    s.settle()
    s.shoot('help-list')
    s.type('xyzzy')
    s.settle()
    s.shoot('help-nothing')


@scene()
def help_in_dialog(s):
    """Beside a dialog: the place that it leads to has to wait."""
    yield
    s.key('ctrl+e')
    s.window(2)
    s.key('F1')
    s.window(3)
