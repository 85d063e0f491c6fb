# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""aiosmtpd's server for tests that run beside others: on a port that is its own, and with patience."""
import socket

import aiosmtpd.controller

PATIENCE = 60   # seconds until it has to answer; a busy machine is not what is tested


class MailServer(aiosmtpd.controller.Controller):
    """@port 0: one that is free. It is bound from here on, so nothing else gets it before the server starts."""

    def __init__(self, handler, host='127.0.0.1', port=0, **options):
        self.listener = socket.create_server((host, port))
        super().__init__(handler, hostname=host, port=self.listener.getsockname()[1], ready_timeout=PATIENCE, **options)

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self.listener, ssl=self.ssl_context)
