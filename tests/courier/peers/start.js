// SPDX-FileCopyrightText: 2026 The SecInfo developers
// SPDX-License-Identifier: GPL-3.0-or-later
// start.js FOLDER: the vendors of FOLDER/documents as Prism plays them (as `prism mock --errors` does), and the emulator of
// SES, each on a port of its own on loopback: its line of standard output says which. Ends when standard input does.
const fs = require('fs')
const path = require('path')
const folder = path.resolve(process.argv[2])
const fetched = require('module').createRequire(folder + '/')

const start = async () => {
  const { createLogger } = fetched('@stoplight/prism-core')
  const { getHttpOperationsFromSpec } = fetched('@stoplight/prism-http')
  const { createServer } = fetched('@stoplight/prism-http-server')
  // What `prism mock --errors` says to its server, but that it does not judge the answers which it makes up: an answer of
  // Vonage's document fits both of the kinds that it has one of.
  const config = { validateRequest: true, validateResponse: false, checkSecurity: true, errors: true, isProxy: false,
    mock: { dynamic: false, ignoreExamples: false } }
  const ports = {}
  for (const file of fs.readdirSync(folder + '/documents')) {
    const name = path.basename(file, '.json')
    const operations = await getHttpOperationsFromSpec(`${folder}/documents/${file}`)
    const server = createServer(operations, { cors: false, config,
      components: { logger: createLogger(name, { level: 'warn' }, process.stderr) } })
    ports[name] = Number(new URL(await server.listen(0, '127.0.0.1')).port)
  }
  const emulator = await fetched('aws-ses-v2-local').default({ host: '127.0.0.1', port: 0 })
  ports['ses-emulator'] = emulator.address().port
  process.stdout.write(JSON.stringify(ports) + '\n')
}

process.stdin.on('end', () => process.exit(0)).resume()
start().catch(error => { console.error(error); process.exit(1) })
