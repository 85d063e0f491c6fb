# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What GLib, GTK and libadwaita complain of in the application's own words: no run of the window may leave any."""
import re

# The process that is asked for its service starts it, and both write to one log: its own lines have its name.
LINE = re.compile(r'^.*\((?:secinfo|org\.example\.SecInfo[.\w]*):\d+\): .*\b(?:WARNING|CRITICAL|ERROR) \*\*.*$', re.M)
# What is out of our hands: a pattern and why, each as narrow as it can be. Empty with GTK 4.8 and libadwaita 1.2.
ALLOWED = ()


def complaints(words):
    """The lines that should not be there."""
    return [line for line in LINE.findall(words) if not any(re.search(pattern, line) for pattern, _why in ALLOWED)]
