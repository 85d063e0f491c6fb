# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vendors' documentation says, as data: how one message is asked for, and every answer it names with the one
of the six results that it has to become. `pages` is where it stands; what the pages leave open is said beside it.

A row of `answers` is (status, body, result) or (status, body, result, headers); a body that is no text is sent as JSON.
{to} {digits} {text} {subject} {ref} in a request stand for the message's own.
"""
FROM = 'codes@laptop.example.org'
ACCEPTED, QUEUED, BAD_ADDRESS, BAD_CONFIG, RETRY, UNKNOWN = (
    'accepted', 'queued', 'bad-address', 'bad-config', 'retry', 'unknown')

# What HTTP alone says, the same for every vendor that says nothing else about it.
HTTP = [(500, '', RETRY), (502, '<html>Bad Gateway</html>', RETRY), (503, '', RETRY), (504, '', UNKNOWN),
        (408, '', RETRY), (404, '<html>Not Found</html>', BAD_CONFIG), (405, '', BAD_CONFIG), (413, '', BAD_CONFIG),
        (301, '', BAD_CONFIG), (299, '', UNKNOWN)]


def twilio(status, code, result):
    return status, {'code': code, 'message': f'what {code} means', 'more_info': '…', 'status': status}, result


TWILIO_PAGES = ('https://www.twilio.com/docs/api/errors', 'https://www.twilio.com/docs/usage/twilios-response')
TWILIO_ACCOUNT = [
    twilio(400, 20001, BAD_CONFIG),    # unknown parameters
    twilio(401, 20003, BAD_CONFIG),    # authenticate
    twilio(403, 20005, BAD_CONFIG),    # account not active
    twilio(403, 20006, BAD_CONFIG),    # access denied
    twilio(403, 20008, BAD_CONFIG),    # test credentials
    twilio(404, 20404, BAD_CONFIG), twilio(405, 20004, BAD_CONFIG),
    twilio(429, 20429, RETRY), twilio(500, 20500, RETRY), twilio(503, 20503, RETRY),
    twilio(400, 10001, BAD_CONFIG),    # account is not active
    twilio(400, 10002, BAD_CONFIG),    # not in a trial account
]
TWILIO = {'account': 'AC0123456789abcdef', 'token': 'tokentokentoken', 'from': '+15005550006'}
TWILIO_LOGIN = {'Authorization': 'Basic QUMwMTIzNDU2Nzg5YWJjZGVmOnRva2VudG9rZW50b2tlbg=='}


def postmark(status, code, words, result):
    return status, {'ErrorCode': code, 'Message': words}, result


def resend(status, name, result, words='…'):
    return status, {'statusCode': status, 'name': name, 'message': words}, result


def brevo(status, code, result, words='…'):
    return status, {'code': code, 'message': words}, result


def sendgrid(status, field, words, result):
    return status, {'errors': [{'message': words, 'field': field, 'help': None}]}, result


def vonage(code, words, result):
    return 200, {'message-count': '1', 'messages': [{'status': code, 'error-text': words}]}, result


def ses(status, name, words, result):
    return status, {'message': words}, result, {'x-amzn-ErrorType': f'{name}:http://internal.amazon.com/'}


def graph(status, code, result):
    return status, {'error': {'code': code, 'message': f'what {code} means', 'innerError': {'request-id': '…'}}}, result


def ntfy(status, code, result):
    return status, {'code': code, 'http': status, 'error': f'what {code} means'}, result


def gotify(status, words, result):
    return status, {'error': words, 'errorCode': status, 'errorDescription': words}, result


def matrix(status, code, result):
    return status, {'errcode': code, 'error': f'what {code} means'}, result


VENDORS = {
    'twilio-sms': {
        'pages': ('https://www.twilio.com/docs/messaging/api/message-resource', *TWILIO_PAGES),
        'settings': TWILIO,
        'request': {'method': 'POST', 'path': '/2010-04-01/Accounts/AC0123456789abcdef/Messages.json',
                    'headers': TWILIO_LOGIN,
                    'form': {'To': '{to}', 'From': '+15005550006', 'Body': '{text}', 'ValidityPeriod': '600'}},
        'taken': (201, {'sid': 'SM87105da94bff44b999e4e6eb90d8eb6a', 'status': 'queued', 'error_code': None}),
        'id': 'SM87105da94bff44b999e4e6eb90d8eb6a',
        'answers': TWILIO_ACCOUNT + [
            twilio(400, 21211, BAD_ADDRESS),   # not a number
            twilio(400, 21214, BAD_ADDRESS), twilio(400, 21217, BAD_ADDRESS),
            twilio(400, 21610, BAD_ADDRESS),   # has said STOP
            twilio(400, 21612, BAD_CONFIG),    # not from this sender to that country or network
            twilio(400, 21614, BAD_ADDRESS),   # not a mobile number
            twilio(400, 21635, BAD_ADDRESS),   # a landline
            twilio(400, 21408, BAD_CONFIG),    # country not switched on
            twilio(400, 21601, BAD_CONFIG), twilio(400, 21602, BAD_CONFIG), twilio(400, 21603, BAD_CONFIG),
            twilio(400, 21604, BAD_CONFIG), twilio(400, 21606, BAD_CONFIG),
            twilio(400, 21608, BAD_CONFIG),    # a trial account's unverified number
            twilio(400, 21212, BAD_CONFIG), twilio(400, 21617, BAD_CONFIG), twilio(400, 21660, BAD_CONFIG),
            twilio(400, 21703, BAD_CONFIG), twilio(400, 21705, BAD_CONFIG),
            twilio(400, 21611, RETRY),         # the sender's queue is full
            twilio(429, 14107, RETRY),
            twilio(429, 63038, RETRY),         # the day's messages are used up
        ]},
    'twilio-voice': {
        'pages': ('https://www.twilio.com/docs/voice/api/call-resource', 'https://www.twilio.com/docs/voice/twiml/say',
                  *TWILIO_PAGES),
        'settings': TWILIO | {'language': 'en-GB'},
        'text': 'Your code is 4, 8, 2, 9, 1, 3. Again: 4, 8, 2, 9, 1, 3. <Ask> "nobody" & \'him\'.',
        'request': {'method': 'POST', 'path': '/2010-04-01/Accounts/AC0123456789abcdef/Calls.json',
                    'headers': TWILIO_LOGIN,
                    'form': {'To': '{to}', 'From': '+15005550006', 'Timeout': '30',
                             'Twiml': '<Response><Pause length="1"/><Say language="en-GB">'
                                      'Your code is 4, 8, 2, 9, 1, 3. Again: 4, 8, 2, 9, 1, 3. '
                                      '&lt;Ask&gt; &quot;nobody&quot; &amp; &apos;him&apos;.'
                                      '</Say></Response>'}},
        'taken': (201, {'sid': 'CA5ef8732a3c49700934481addd5ce1659', 'status': 'queued'}),
        'id': 'CA5ef8732a3c49700934481addd5ce1659',
        'answers': TWILIO_ACCOUNT + [
            twilio(400, 21211, BAD_ADDRESS), twilio(400, 21217, BAD_ADDRESS), twilio(400, 21214, BAD_ADDRESS),
            twilio(400, 21202, BAD_ADDRESS),   # a premium number
            twilio(400, 21200, BAD_CONFIG), twilio(400, 21201, BAD_CONFIG), twilio(400, 21203, BAD_CONFIG),
            twilio(400, 21205, BAD_CONFIG), twilio(400, 21210, BAD_CONFIG), twilio(400, 21212, BAD_CONFIG),
            twilio(400, 21213, BAD_CONFIG),
            twilio(400, 21215, BAD_CONFIG),    # country not switched on
            twilio(400, 21216, BAD_CONFIG),    # this account may not call there
            twilio(400, 21219, BAD_CONFIG),    # a trial account's unverified number
            twilio(429, 10004, RETRY),         # too many calls at a time
        ]},
    'android': {
        'pages': ('https://docs.sms-gate.app/integration/api/', 'https://api.sms-gate.app/'),
        'settings': {'user': 'sms', 'password': 'phone pass'},
        'request': {'method': 'POST', 'path': '/messages',
                    'headers': {'Authorization': 'Basic c21zOnBob25lIHBhc3M='},
                    'json': {'id': '{ref}', 'textMessage': {'text': '{text}'}, 'phoneNumbers': ['{to}'], 'ttl': 600,
                             'withDeliveryReport': True}},
        'taken': (202, {'id': 'taken-1', 'state': 'Pending', 'recipients': []}), 'id': 'taken-1',
        'answers': [
            (409, {'message': 'message with the same ID already exists'}, ACCEPTED),
            (400, {'message': 'failed to enqueue message: invalid phone number'}, BAD_ADDRESS),
            (400, {'message': 'failed to parse phone number: the string supplied is too long'}, BAD_ADDRESS),
            (400, {'message': 'not mobile phone number'}, BAD_ADDRESS),
            (400, {'message': 'fields conflict: ttl and validUntil'}, BAD_CONFIG),
            (400, {'message': 'Invalid device ID'}, BAD_CONFIG),
            (401, {'message': 'Unauthorized'}, BAD_CONFIG), (403, {'message': 'Forbidden'}, BAD_CONFIG),
            (500, {'message': 'Internal server error'}, RETRY),
            (503, {'message': 'queue limits exceeded'}, RETRY), (429, '', RETRY),
        ]},
    'mailgun': {
        'pages': ('https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages',
                  'https://documentation.mailgun.com/docs/mailgun/quickstart-guide/responses'),
        'settings': {'domain': 'mg.example.org', 'key': 'key-0123456789', 'from': FROM, 'name': 'A "B" \\ C'},
        'request': {'method': 'POST', 'path': '/v3/mg.example.org/messages',
                    'headers': {'Authorization': 'Basic YXBpOmtleS0wMTIzNDU2Nzg5'},
                    'form': {'from': '"A \\"B\\" \\\\ C" <codes@laptop.example.org>', 'to': '{to}',
                             'subject': '{subject}', 'text': '{text}', 'o:tracking': 'no',
                             'h:Auto-Submitted': 'auto-generated', 'v:ref': '{ref}'}},
        'taken': (200, {'id': '<20261126.1@mg.example.org>', 'message': 'Queued. Thank you.'}),
        'id': '<20261126.1@mg.example.org>',
        'answers': [
            (400, {'message': "'to' parameter is not a valid address. please check documentation"}, BAD_ADDRESS),
            (400, {'message': 'to parameter is not a valid address. please check documentation'}, BAD_ADDRESS),
            (400, {'message': "'from' parameter is not a valid address. please check documentation"}, BAD_CONFIG),
            (400, {'message': "'from' parameter is missing"}, BAD_CONFIG),
            (401, 'Forbidden', BAD_CONFIG), (401, {'message': 'Invalid private key'}, BAD_CONFIG),
            (402, {'message': 'Request Failed'}, BAD_CONFIG),
            (403, {'message': 'Domain mg.example.org is not allowed to send: Sandbox subdomains are for test purposes '
                              'only. Please add your own domain or add the address to authorized recipients in Account '
                              'Settings.'}, BAD_CONFIG),
            (404, {'message': 'Domain not found: mg.example.org'}, BAD_CONFIG),
            (413, {'message': 'Request Entity Too Large'}, BAD_CONFIG),
            (429, {'message': 'Too many requests'}, RETRY), (500, {'message': 'Internal Server Error'}, RETRY),
        ]},
    'postmark': {
        'pages': ('https://postmarkapp.com/developer/api/email-api',
                  'https://postmarkapp.com/developer/api/overview#error-codes'),
        'settings': {'token': 'server-token-1', 'from': FROM},
        'request': {'method': 'POST', 'path': '/email',
                    'headers': {'X-Postmark-Server-Token': 'server-token-1', 'Accept': 'application/json'},
                    'json': {'From': '"SecInfo" <codes@laptop.example.org>', 'To': '{to}', 'Subject': '{subject}',
                             'TextBody': '{text}', 'MessageStream': 'outbound', 'TrackOpens': False,
                             'TrackLinks': 'None', 'Headers': [{'Name': 'Auto-Submitted', 'Value': 'auto-generated'}],
                             'Metadata': {'ref': '{ref}'}}},
        'taken': (200, {'To': '…', 'MessageID': 'b7bc2f4a-e38e-4336-af7d-e6c392c2f817', 'ErrorCode': 0,
                        'Message': 'OK'}),
        'id': 'b7bc2f4a-e38e-4336-af7d-e6c392c2f817',
        'answers': [
            postmark(401, 10, 'Bad or missing Server API token.', BAD_CONFIG),
            postmark(422, 300, "Error parsing 'To': Illegal email domain 'example..org'.", BAD_ADDRESS),
            postmark(422, 300, "Invalid 'To' address: 'x'.", BAD_ADDRESS),
            postmark(422, 300, "Invalid 'From' address: 'x'.", BAD_CONFIG),
            postmark(422, 300, "Provide either email TextBody or HtmlBody or both.", BAD_CONFIG),
            postmark(422, 406, 'You tried to send to recipients that have been marked as inactive.', BAD_ADDRESS),
            postmark(422, 100, 'Maintenance', RETRY),
            postmark(429, 429, 'Rate limit exceeded', RETRY), postmark(422, 429, 'Rate limit exceeded', RETRY),
            *(postmark(422, code, '…', BAD_CONFIG)
              for code in (400, 401, 402, 403, 405, 409, 410, 411, 412, 413, 701, 1109, 1226, 1235)),
            (415, '', BAD_CONFIG), (500, '', RETRY), (503, '', RETRY),
            (200, {'ErrorCode': 1, 'Message': 'not documented'}, UNKNOWN),
        ]},
    'resend': {
        'pages': ('https://resend.com/docs/api-reference/emails/send-email',
                  'https://resend.com/docs/api-reference/errors',
                  'https://resend.com/docs/dashboard/emails/idempotency-keys'),
        'settings': {'key': 're_0123456789', 'from': FROM},
        'request': {'method': 'POST', 'path': '/emails',
                    'headers': {'Authorization': 'Bearer re_0123456789', 'Idempotency-Key': '{ref}'},
                    'json': {'from': '"SecInfo" <codes@laptop.example.org>', 'to': ['{to}'], 'subject': '{subject}',
                             'text': '{text}', 'headers': {'Auto-Submitted': 'auto-generated'}}},
        'taken': (200, {'id': '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794'}), 'id': '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794',
        'answers': [
            resend(400, 'invalid_idempotency_key', BAD_CONFIG), resend(400, 'validation_error', BAD_CONFIG),
            resend(401, 'missing_api_key', BAD_CONFIG), resend(401, 'restricted_api_key', BAD_CONFIG),
            resend(403, 'invalid_api_key', BAD_CONFIG), resend(403, 'validation_error', BAD_CONFIG),
            resend(403, 'invalid_from_address', BAD_CONFIG),
            resend(404, 'not_found', BAD_CONFIG), resend(405, 'method_not_allowed', BAD_CONFIG),
            resend(409, 'invalid_idempotent_request', ACCEPTED), resend(409, 'concurrent_idempotent_requests', RETRY),
            resend(422, 'invalid_attachment', BAD_CONFIG), resend(422, 'invalid_from_address', BAD_CONFIG),
            resend(422, 'invalid_access', BAD_CONFIG), resend(422, 'invalid_parameter', BAD_CONFIG),
            resend(422, 'invalid_region', BAD_CONFIG), resend(422, 'missing_required_field', BAD_CONFIG),
            resend(422, 'validation_error', BAD_ADDRESS, 'Invalid `to` field. The email address needs to follow the '
                                                         '`email@example.com` or `Name <email@example.com>` format.'),
            resend(422, 'validation_error', BAD_CONFIG, 'Invalid `from` field.'),
            resend(429, 'daily_quota_exceeded', RETRY), resend(429, 'monthly_quota_exceeded', RETRY),
            resend(429, 'rate_limit_exceeded', RETRY), resend(451, 'security_error', BAD_CONFIG),
            resend(500, 'application_error', RETRY), resend(500, 'internal_server_error', RETRY),
        ]},
    'brevo': {
        'pages': ('https://developers.brevo.com/reference/sendtransacemail',
                  'https://developers.brevo.com/docs/how-it-works',
                  'https://developers.brevo.com/docs/heterogenous-versions-batch-emails'),
        'settings': {'key': 'xkeysib-0123456789', 'from': FROM},
        'request': {'method': 'POST', 'path': '/v3/smtp/email',
                    'headers': {'api-key': 'xkeysib-0123456789', 'Accept': 'application/json'},
                    'json': {'sender': {'email': FROM, 'name': 'SecInfo'}, 'to': [{'email': '{to}'}],
                             'subject': '{subject}', 'textContent': '{text}',
                             'headers': {'idempotencyKey': '{uuid}', 'Auto-Submitted': 'auto-generated'}}},
        'taken': (201, {'messageId': '<202611260000.1@smtp-relay.mailin.fr>'}),
        'id': '<202611260000.1@smtp-relay.mailin.fr>',
        'answers': [
            (202, {'messageId': '1', 'batchId': '2'}, ACCEPTED),
            brevo(400, 'duplicate_request', ACCEPTED), brevo(409, 'duplicate_request', ACCEPTED),
            brevo(400, 'invalid_parameter', BAD_ADDRESS, 'email is not valid in to'),
            brevo(400, 'invalid_parameter', BAD_CONFIG, 'valid sender email address required'),
            brevo(400, 'invalid_parameter', BAD_CONFIG, 'Sending has been rejected because the sender you used is not '
                                                        'valid. Validate your sender or go to authenticate it'),
            brevo(400, 'missing_parameter', BAD_CONFIG, 'textContent is missing'),
            brevo(400, 'out_of_range', BAD_CONFIG), brevo(400, 'bad_request', BAD_CONFIG),
            brevo(400, 'duplicate_parameter', BAD_CONFIG), brevo(400, 'campaign_processing', BAD_CONFIG),
            brevo(400, 'campaign_sent', BAD_CONFIG), brevo(404, 'document_not_found', BAD_CONFIG),
            brevo(401, 'unauthorized', BAD_CONFIG, 'Key not found'), brevo(402, 'not_enough_credits', BAD_CONFIG),
            brevo(402, 'account_under_validation', BAD_CONFIG), brevo(403, 'permission_denied', BAD_CONFIG),
            brevo(403, 'reseller_permission_denied', BAD_CONFIG), brevo(405, 'method_not_allowed', BAD_CONFIG),
            brevo(406, 'not_acceptable', BAD_CONFIG), brevo(429, 'too_many_requests', RETRY),
        ]},
    'sendgrid': {
        'pages': ('https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send',
                  'https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors',
                  'https://support.sendgrid.com/hc/en-us/articles/18322114821403'),
        'settings': {'key': 'SG.0123456789', 'from': FROM},
        'request': {'method': 'POST', 'path': '/v3/mail/send', 'headers': {'Authorization': 'Bearer SG.0123456789'},
                    'json': {'personalizations': [{'to': [{'email': '{to}'}], 'custom_args': {'ref': '{ref}'}}],
                             'from': {'email': FROM, 'name': 'SecInfo'}, 'subject': '{subject}',
                             'content': [{'type': 'text/plain', 'value': '{text}'}],
                             'headers': {'Auto-Submitted': 'auto-generated'},
                             'tracking_settings': {'click_tracking': {'enable': False},
                                                   'open_tracking': {'enable': False}}}},
        'taken': (202, '', {'X-Message-Id': '14c5d75ce93.dfd.64b469'}), 'id': '14c5d75ce93.dfd.64b469',
        'answers': [
            sendgrid(400, 'personalizations.0.to.0.email', 'Does not contain a valid address.', BAD_ADDRESS),
            sendgrid(400, 'personalizations.0.to', 'The to array is required …', BAD_ADDRESS),
            sendgrid(400, 'from.email', 'The from email does not contain a valid address.', BAD_CONFIG),
            sendgrid(400, 'content.0.value', 'The content value must be a string …', BAD_CONFIG),
            sendgrid(400, 'subject', 'The subject is required.', BAD_CONFIG),
            sendgrid(400, None, 'Bad Request', BAD_CONFIG),
            sendgrid(401, None, 'The provided authorization grant is invalid, expired, or revoked', BAD_CONFIG),
            sendgrid(401, None, 'Maximum credits exceeded', RETRY),
            sendgrid(403, 'from', 'The from address does not match a verified Sender Identity.', BAD_CONFIG),
            sendgrid(403, None, 'access forbidden', BAD_CONFIG), sendgrid(406, None, '…', BAD_CONFIG),
            sendgrid(413, None, 'Payload too large', BAD_CONFIG), sendgrid(415, None, '…', BAD_CONFIG),
            sendgrid(429, None, 'too many requests', RETRY), sendgrid(451, None, '…', BAD_CONFIG),
            sendgrid(500, None, 'internal error', RETRY), sendgrid(503, None, 'not available', RETRY),
            # With the sandbox mode nothing is sent.
            (200, '', UNKNOWN),
        ]},
    'vonage': {
        'pages': ('https://developer.vonage.com/en/api/sms',
                  'https://developer.vonage.com/messaging/sms/guides/troubleshooting-sms'),
        'settings': {'key': 'abcd1234', 'secret': 'vonage secret', 'from': 'SecInfo'},
        'text': '482 913 ä “x”',
        'request': {'method': 'POST', 'path': '/sms/json', 'headers': {},
                    'form': {'api_key': 'abcd1234', 'api_secret': 'vonage secret', 'from': 'SecInfo',
                             'to': '{digits}', 'text': '{text}', 'type': 'unicode', 'client-ref': '{ref}'}},
        'taken': (200, {'message-count': '1', 'messages': [{'to': '…', 'message-id': '0A0000001234567B', 'status': '0',
                                                            'remaining-balance': '3.14', 'network': '12345'}]}),
        'id': '0A0000001234567B',
        'answers': [
            vonage('1', 'Throughput Rate Exceeded - please wait', RETRY),
            vonage('2', 'Missing to param', BAD_CONFIG),
            vonage('3', 'Invalid value for param: to', BAD_ADDRESS), vonage('3', 'Invalid from param', BAD_CONFIG),
            vonage('4', 'Bad Credentials', BAD_CONFIG), vonage('5', 'Internal Error', RETRY),
            vonage('6', 'Unroutable message - rejected', BAD_ADDRESS), vonage('7', 'Number barred', BAD_ADDRESS),
            vonage('8', 'Partner Account Barred', BAD_CONFIG), vonage('9', 'Partner quota exceeded', BAD_CONFIG),
            vonage('10', 'Too many existing binds', RETRY), vonage('11', 'Account not enabled for HTTP', BAD_CONFIG),
            vonage('12', 'Message too long', BAD_CONFIG), vonage('14', 'Invalid signature', BAD_CONFIG),
            vonage('15', 'Invalid Sender Address', BAD_CONFIG), vonage('22', 'Invalid network code', BAD_CONFIG),
            vonage('23', 'Invalid callback URL', BAD_CONFIG), vonage('29', 'Non White-listed Destination', BAD_CONFIG),
            vonage('32', 'Signature and API secret disallowed', BAD_CONFIG),
            vonage('33', 'Number De-activated', BAD_ADDRESS),
            vonage('39', 'Illegal Sender Address', BAD_CONFIG), vonage('40', 'Message Body Missing', BAD_CONFIG),
            (401, '', BAD_CONFIG), (429, '', RETRY), (200, 'ok', UNKNOWN),
        ]},
    'ses': {
        'pages': ('https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html',
                  'https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html',
                  'https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html',
                  'https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html'),
        'settings': {'region': 'eu-central-1', 'user': 'AKIDEXAMPLE', 'key': 'wJalrXUtnFEMI/K7MDENG', 'from': FROM},
        'request': {'method': 'POST', 'path': '/v2/email/outbound-emails', 'headers': {},
                    'json': {'FromEmailAddress': '"SecInfo" <codes@laptop.example.org>',
                             'Destination': {'ToAddresses': ['{to}']},
                             'Content': {'Simple': {'Subject': {'Data': '{subject}', 'Charset': 'UTF-8'},
                                                    'Body': {'Text': {'Data': '{text}', 'Charset': 'UTF-8'}}}},
                             'EmailTags': [{'Name': 'ref', 'Value': '{ref}'}]}},
        'taken': (200, {'MessageId': '010001-1'}), 'id': '010001-1',
        'answers': [
            ses(400, 'AccountSuspendedException', '…', BAD_CONFIG),
            ses(400, 'BadRequestException', "Missing final '@domain'", BAD_ADDRESS),
            ses(400, 'BadRequestException', 'Domain contains illegal character', BAD_ADDRESS),
            ses(400, 'BadRequestException', 'Local address contains control or whitespace', BAD_ADDRESS),
            ses(400, 'BadRequestException', 'Illegal address', BAD_ADDRESS),
            ses(400, 'BadRequestException', '1 validation error detected', BAD_CONFIG),
            ses(400, 'LimitExceededException', '…', BAD_CONFIG),
            ses(400, 'MailFromDomainNotVerifiedException', '…', BAD_CONFIG),
            ses(400, 'MessageRejected', 'Email address is not verified. The following identities failed the check in '
                                        'region EU-CENTRAL-1: someone@example.org', BAD_CONFIG),
            ses(404, 'NotFoundException', 'Configuration set <x> does not exist.', BAD_CONFIG),
            ses(400, 'SendingPausedException', 'Email sending is paused', BAD_CONFIG),
            ses(429, 'TooManyRequestsException', 'Too Many Requests', RETRY),
            ses(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.', RETRY),
            ses(400, 'ThrottlingException', 'Throttling - Rate exceeded', RETRY),
            ses(400, 'ThrottlingException', 'Daily message quota exceeded', RETRY),
            ses(403, 'AccessDeniedException', 'User is not authorized to perform: ses:SendEmail', BAD_CONFIG),
            ses(400, 'ExpiredTokenException', '…', BAD_CONFIG), ses(403, 'IncompleteSignature', '…', BAD_CONFIG),
            ses(403, 'InvalidClientTokenId', '…', BAD_CONFIG), ses(403, 'OptInRequired', '…', BAD_CONFIG),
            ses(403, 'SignatureDoesNotMatch', 'The request signature we calculated …', BAD_CONFIG),
            ses(403, 'UnrecognizedClientException', 'The security token … is invalid.', BAD_CONFIG),
            ses(403, 'MissingAuthenticationToken', '…', BAD_CONFIG), ses(400, 'ValidationError', '…', BAD_CONFIG),
            ses(403, 'RequestExpired', 'Signature expired', BAD_CONFIG),
            ses(500, 'InternalFailure', '…', RETRY), ses(503, 'ServiceUnavailable', '…', RETRY),
        ]},
    'microsoft-graph': {
        'pages': ('https://learn.microsoft.com/graph/api/user-sendmail', 'https://learn.microsoft.com/graph/errors',
                  'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow'),
        'settings': {'tenant': 'contoso.example', 'client': 'client-id-1', 'secret': 'client~secret', 'from': FROM},
        'request': {'method': 'POST', 'path': '/v1.0/users/codes%40laptop.example.org/sendMail',
                    'headers': {'Authorization': 'Bearer token-1'},
                    'json': {'message': {'subject': '{subject}', 'body': {'contentType': 'Text', 'content': '{text}'},
                                         'toRecipients': [{'emailAddress': {'address': '{to}'}}]},
                             'saveToSentItems': False}},
        'taken': (202, '', {'request-id': '7d1b7b32-0001'}), 'id': '7d1b7b32-0001',
        'answers': [
            graph(400, 'ErrorInvalidRecipients', BAD_ADDRESS), graph(400, 'ErrorInvalidSmtpAddress', BAD_ADDRESS),
            graph(400, 'BadRequest', BAD_CONFIG), graph(400, 'ErrorInvalidRequest', BAD_CONFIG),
            graph(402, 'PaymentRequired', BAD_CONFIG), graph(403, 'ErrorAccessDenied', BAD_CONFIG),
            graph(403, 'ErrorSendAsDenied', BAD_CONFIG), graph(403, 'Authorization_RequestDenied', BAD_CONFIG),
            graph(404, 'ErrorInvalidUser', BAD_CONFIG), graph(404, 'MailboxNotEnabledForRESTAPI', BAD_CONFIG),
            graph(404, 'Request_ResourceNotFound', BAD_CONFIG), graph(405, 'ErrorMethodNotAllowed', BAD_CONFIG),
            graph(406, 'NotAcceptable', BAD_CONFIG), graph(409, 'Conflict', RETRY), graph(410, 'Gone', BAD_CONFIG),
            graph(411, 'LengthRequired', BAD_CONFIG), graph(412, 'PreconditionFailed', BAD_CONFIG),
            graph(413, 'RequestEntityTooLarge', BAD_CONFIG), graph(415, 'UnsupportedMediaType', BAD_CONFIG),
            graph(422, 'UnprocessableEntity', BAD_CONFIG), graph(423, 'Locked', RETRY),
            graph(429, 'TooManyRequests', RETRY), graph(403, 'ErrorTooManyRequests', RETRY),
            graph(400, 'ErrorServerBusy', RETRY), graph(429, 'ApplicationThrottled', RETRY),
            graph(500, 'InternalServerError', RETRY), graph(501, 'NotImplemented', RETRY),
            graph(503, 'ServiceUnavailable', RETRY), graph(504, 'GatewayTimeout', UNKNOWN),
            graph(507, 'InsufficientStorage', BAD_CONFIG), graph(509, 'BandwidthLimitExceeded', RETRY),
        ]},
    'ntfy': {
        'pages': ('https://docs.ntfy.sh/publish/#publish-as-json', 'https://docs.ntfy.sh/publish/#limitations'),
        'settings': {'topic': 'secinfo-laptop-7f3a', 'token': 'tk_0123456789'},
        'request': {'method': 'POST', 'path': '/', 'headers': {'Authorization': 'Bearer tk_0123456789'},
                    'json': {'topic': 'secinfo-laptop-7f3a', 'title': '{subject}', 'message': '{text}', 'priority': 4,
                             'tags': ['lock']}},
        'taken': (200, {'id': 'xE73Iyuabi', 'event': 'message'}), 'id': 'xE73Iyuabi',
        'answers': [
            ntfy(400, 40009, BAD_CONFIG), ntfy(400, 40024, BAD_CONFIG), ntfy(401, 40101, BAD_CONFIG),
            ntfy(403, 40301, BAD_CONFIG), ntfy(404, 40401, BAD_CONFIG), ntfy(413, 41301, BAD_CONFIG),
            ntfy(429, 42901, RETRY), ntfy(429, 42908, RETRY), ntfy(500, 50001, RETRY), ntfy(507, 50701, RETRY),
        ]},
    'gotify': {
        'pages': ('https://gotify.net/api-docs',),
        'settings': {'token': 'A0123456789.abc'},
        'request': {'method': 'POST', 'path': '/message', 'headers': {'X-Gotify-Key': 'A0123456789.abc'},
                    'json': {'title': '{subject}', 'message': '{text}', 'priority': 8}},
        'taken': (200, {'id': 25, 'appid': 5}), 'id': '25',
        'answers': [gotify(400, 'Bad Request', BAD_CONFIG), gotify(401, 'Unauthorized', BAD_CONFIG),
                    gotify(403, 'Forbidden', BAD_CONFIG), gotify(500, 'Internal Server Error', RETRY)]},
    'matrix': {
        'pages': ('https://spec.matrix.org/latest/client-server-api/',),
        'settings': {'room': '!636q39766251:example.org', 'token': 'syt_0123456789'},
        'request': {'method': 'PUT', 'headers': {'Authorization': 'Bearer syt_0123456789'},
                    'path': '/_matrix/client/v3/rooms/%21636q39766251%3Aexample.org/send/m.room.message/{ref}',
                    'json': {'msgtype': 'm.text', 'body': '{subject}\n{text}'}},
        'taken': (200, {'event_id': '$YUwRidLecu:example.com'}), 'id': '$YUwRidLecu:example.com',
        'answers': [
            matrix(400, 'M_BAD_JSON', BAD_CONFIG), matrix(400, 'M_NOT_JSON', BAD_CONFIG),
            matrix(400, 'M_INVALID_PARAM', BAD_CONFIG), matrix(400, 'M_UNKNOWN', BAD_CONFIG),
            matrix(401, 'M_UNKNOWN_TOKEN', BAD_CONFIG), matrix(401, 'M_MISSING_TOKEN', BAD_CONFIG),
            matrix(403, 'M_FORBIDDEN', BAD_CONFIG), matrix(403, 'M_USER_DEACTIVATED', BAD_CONFIG),
            matrix(404, 'M_NOT_FOUND', BAD_CONFIG), matrix(404, 'M_UNRECOGNIZED', BAD_CONFIG),
            matrix(413, 'M_TOO_LARGE', BAD_CONFIG), matrix(429, 'M_LIMIT_EXCEEDED', RETRY),
            matrix(400, 'M_LIMIT_EXCEEDED', RETRY), matrix(403, 'M_RESOURCE_LIMIT_EXCEEDED', BAD_CONFIG),
        ]},
    'kannel': {
        'pages': ('https://www.kannel.org/download/1.4.5/userguide-1.4.5/userguide.html',),
        'settings': {'user': 'kannel', 'password': 'kannel pass', 'from': '+4915112345'},
        'request': {'method': 'POST', 'path': '/cgi-bin/sendsms', 'text': '{text}',
                    'headers': {'X-Kannel-Username': 'kannel', 'X-Kannel-Password': 'kannel pass',
                                'X-Kannel-To': '{to}', 'X-Kannel-From': '+4915112345', 'X-Kannel-Coding': '0'}},
        'taken': (202, '0: Accepted for delivery'), 'id': None,
        'answers': [
            (202, '3: Queued for later delivery', QUEUED), (202, '4: not documented', UNKNOWN),
            (400, 'Missing receiver number, rejected', BAD_ADDRESS),
            (403, 'Not routable. Do not try again.', BAD_CONFIG),   # none of the owner's operators takes it
            (403, 'Authorization failed for sendsms', BAD_CONFIG), (503, 'Temporal failure, try again later.', RETRY),
        ]},
}
