/* gateway-smtp.c - email through a mail server
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-smtp.h"

#include "gateway-text.h"
#include "secinfo-host.h"
#include "secinfo-secret.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define CONNECT_TRIES   3    /* more, after 1, 3 and 7 s: nobody is there after 15 s */
#define CONNECT_TIMEOUT 45   /* seconds; libcurl means all until the sign-in is over, the greeting too */
#define WHOLE_TIMEOUT   60   /* seconds for all of it; a greeting alone may be held back for 30 */
#define THREADS         8
#define STACK_USED      65536  /* bytes; more than GMime and libcurl go down */

struct _GatewaySmtp
{
  GObject      parent_instance;

  GPtrArray   *settings;     /* (not nullable) */
  GThreadPool *threads;      /* (not nullable) libcurl waits, so it does in threads of its own */
};

static void gateway_smtp_iface_init (GatewayInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GatewaySmtp, gateway_smtp, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GATEWAY_TYPE, gateway_smtp_iface_init))

/* --- one delivery, on a worker thread ----------------------------------------------------------------------------- */

typedef struct
{
  const char       *text;      /* what is left of the mail */
  gsize             left;
  GatewaySmtpStage  stage;
  GString          *reply;     /* the last reply of the server before we took leave, its lines joined by blanks */
  guint             code;      /* of that reply */
  gboolean          over;      /* QUIT was said */
  gboolean          near;      /* what was typed is loopback: so has to be where it leads */
  gboolean          refused;   /* the address behind the name is none to talk to */
} Delivery;

static size_t
read_cb (char *buffer, size_t size, size_t count, void *data)
{
  Delivery *delivery = data;
  gsize n = MIN (size * count, delivery->left);

  memcpy (buffer, delivery->text, n);
  delivery->text += n;
  delivery->left -= n;
  delivery->stage = n == 0 ? GATEWAY_SMTP_END : GATEWAY_SMTP_DATA;
  return n;
}

/* Follows the conversation; says nothing of it to anybody, for it has the password in it. */
static int
debug_cb (CURL *curl, curl_infotype type, char *text, size_t length, void *data)
{
  static const struct { const char *verb; GatewaySmtpStage stage; } verbs[] = {
    { "EHLO", GATEWAY_SMTP_HELLO }, { "HELO", GATEWAY_SMTP_HELLO }, { "STARTTLS", GATEWAY_SMTP_HELLO },
    { "AUTH", GATEWAY_SMTP_LOGIN }, { "MAIL", GATEWAY_SMTP_SENDER }, { "RCPT", GATEWAY_SMTP_RECEIVER },
    { "DATA", GATEWAY_SMTP_DATA },
  };
  Delivery *delivery = data;

  if (type != CURLINFO_HEADER_OUT)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      gsize n = strlen (verbs[i].verb);

      /* With what follows, for a line of base64 may begin with anything. */
      if (length > n && g_ascii_strncasecmp (text, verbs[i].verb, n) == 0 && g_ascii_isspace (text[n]))
        delivery->stage = verbs[i].stage;
    }
  if (length > 4 && g_ascii_strncasecmp (text, "QUIT", 4) == 0 && g_ascii_isspace (text[4]))
    delivery->over = TRUE;
  return 0;
}

/* Each line of a reply: "550-5.1.1 No such" … "550 5.1.1 user". */
static size_t
header_cb (char *line, size_t size, size_t count, void *data)
{
  Delivery *delivery = data;
  gsize length = size * count;

  if (!delivery->over && length >= 4 && g_ascii_isdigit (line[0]) && g_ascii_isdigit (line[1]) &&
      g_ascii_isdigit (line[2]))
    {
      guint code = (guint) (line[0] - '0') * 100 + (guint) (line[1] - '0') * 10 + (guint) (line[2] - '0');

      if (code != delivery->code || delivery->reply->len > 2000)
        g_string_truncate (delivery->reply, 0);
      delivery->code = code;
      if (delivery->reply->len > 0)
        g_string_append_c (delivery->reply, ' ');
      g_string_append_len (delivery->reply, line + 4, (gssize) MIN (length - 4, 1000));
    }
  return length;
}

static curl_socket_t
open_cb (void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
  Delivery *delivery = data;
  g_autoptr(GSocketAddress) target = g_socket_address_new_from_native (&address->addr, address->addrlen);
  SecinfoHostPlace place = SECINFO_HOST_REFUSED;
  const int tries = CONNECT_TRIES;
  int fd;

  if (G_IS_INET_SOCKET_ADDRESS (target))
    place = secinfo_host_address_place (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (target)));
  /* Without TLS the name has to lead where it promised to. */
  if (place == SECINFO_HOST_REFUSED || (delivery->near && place != SECINFO_HOST_LOOPBACK))
    {
      delivery->refused = TRUE;
      return CURL_SOCKET_BAD;
    }
  fd = socket (address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  /* Where it cannot be set, libcurl gives up all the same. */
  if (fd >= 0)
    setsockopt (fd, IPPROTO_TCP, TCP_SYNCNT, &tries, sizeof tries);
  return fd;
}

/* --- what it means ------------------------------------------------------------------------------------------------ */

/* The enhanced code (RFC 3463) at the beginning of a reply: its subject and detail. */
static gboolean
read_enhanced (const char *reply, guint *subject, guint *detail)
{
  guint class;

  return sscanf (reply, "%1u.%3u.%3u", &class, subject, detail) == 3 && (class == 4 || class == 5);
}

/* "Authenticate first", "relaying denied": of this server and us. What stands in angle brackets is an address. */
static gboolean
is_about_us (guint code, const char *reply)
{
  g_autofree char *lower = g_ascii_strdown (reply, -1);
  gboolean inside = FALSE;

  for (char *p = lower; *p != '\0'; p++)
    {
      inside = (inside && *p != '>') || *p == '<';
      if (inside)
        *p = ' ';
    }
  return code == 530 || code == 535 || code == 538 || code == 503 || strstr (lower, "relay") != NULL ||
         strstr (lower, "authenticat") != NULL;
}

/* RFC 3463; of somebody who says 5.0.z, the reply's own code (RFC 5321 section 4.2.2) is all that there is. */
static SecinfoResult
judge_enhanced (guint subject, guint detail, SecinfoResult otherwise)
{
  switch (subject)
    {
    case 0:
      return otherwise;
    case 1:   /* addressing; .7 and .8 are the sender's */
      return detail == 7 || detail == 8 ? SECINFO_RESULT_BAD_CONFIG : SECINFO_RESULT_BAD_ADDRESS;
    case 2:   /* the mailbox: none any more, full */
      return SECINFO_RESULT_BAD_ADDRESS;
    case 3:   /* .1: the server is full */
      return detail == 1 ? SECINFO_RESULT_RETRY : SECINFO_RESULT_BAD_CONFIG;
    case 4:   /* .1 and .4: nobody is there for this domain; .5: congestion, a day's limit */
      return detail == 5 ? SECINFO_RESULT_RETRY
             : detail == 1 || detail == 4 ? SECINFO_RESULT_BAD_ADDRESS : SECINFO_RESULT_BAD_CONFIG;
    default:  /* the protocol, the contents, security and policy ("spam"): never the person's fault */
      return SECINFO_RESULT_BAD_CONFIG;
    }
}

SecinfoResult
gateway_smtp_judge (GatewaySmtpStage stage, guint code, const char *reply)
{
  SecinfoResult otherwise = SECINFO_RESULT_BAD_CONFIG;
  guint subject = 0, detail = 0;

  if (code >= 400 && code < 500)
    return SECINFO_RESULT_RETRY;
  if (code < 500 || code > 599)
    return stage == GATEWAY_SMTP_END ? SECINFO_RESULT_UNKNOWN : SECINFO_RESULT_RETRY;
  if (!read_enhanced (reply, &subject, &detail))
    subject = 0;

  switch (stage)
    {
    case GATEWAY_SMTP_RECEIVER:
      if (subject == 0 && !is_about_us (code, reply) && (code == 550 || code == 551 || code == 552 || code == 553))
        otherwise = SECINFO_RESULT_BAD_ADDRESS;
      return judge_enhanced (subject, detail, otherwise);

    case GATEWAY_SMTP_DATA:
    case GATEWAY_SMTP_END:
      return judge_enhanced (subject, detail, otherwise);

    case GATEWAY_SMTP_SENDER:
      /* Whatever is wrong with an address here is wrong with ours. */
      return (subject == 3 && detail == 1) || (subject == 4 && detail == 5) ? SECINFO_RESULT_RETRY : otherwise;

    case GATEWAY_SMTP_CONNECT:
    case GATEWAY_SMTP_HELLO:
    case GATEWAY_SMTP_LOGIN:
    default:
      return otherwise;
    }
}

static GatewayAnswer *
answer_from_trouble (const Delivery *delivery, const GatewayMessage *message, CURLcode trouble)
{
  GatewayAnswer *answer = gateway_answer_new (SECINFO_RESULT_RETRY, NULL);
  gboolean said_no = delivery->code >= 400 && delivery->code < 600;

  switch (trouble)
    {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_USE_SSL_FAILED:
      answer->result = SECINFO_RESULT_BAD_CONFIG;
      gateway_answer_set_code (answer, message, "tls");
      gateway_answer_set_detail (answer, message, curl_easy_strerror (trouble));
      return answer;

    case CURLE_LOGIN_DENIED:
      if (!said_no)
        {
          answer->result = SECINFO_RESULT_BAD_CONFIG;
          gateway_answer_set_code (answer, message, "login");
          gateway_answer_set_detail (answer, message, curl_easy_strerror (trouble));
          return answer;
        }
      break;

    default:
      break;
    }

  if (said_no)
    {
      g_autofree char *code = g_strdup_printf ("%u", delivery->code);

      answer->result = gateway_smtp_judge (delivery->stage, delivery->code, delivery->reply->str);
      gateway_answer_set_code (answer, message, code);
      gateway_answer_set_detail (answer, message, delivery->reply->str);
      return answer;
    }
  if (delivery->refused)
    {
      answer->result = SECINFO_RESULT_BAD_CONFIG;
      gateway_answer_set_code (answer, message, "host");
      gateway_answer_set_detail (answer, message, "The server's name leads to an address that nothing is sent to.");
      return answer;
    }
  /* Nobody said no. Whether it is lost depends on whether the last line had left. */
  if (delivery->stage == GATEWAY_SMTP_END)
    answer->result = SECINFO_RESULT_UNKNOWN;
  gateway_answer_set_detail (answer, message, curl_easy_strerror (trouble));
  return answer;
}

/* "2.0.0 Ok: queued as 4F1B2" -> "4F1B2"; else nothing. */
static void
take_queue_id (GatewayAnswer *answer, const GatewayMessage *message, const char *reply)
{
  const char *found = strstr (reply, "queued as ");

  if (found != NULL)
    {
      g_autofree char *id = g_strdup (found + strlen ("queued as "));

      id[strcspn (id, " \r\n;,>)")] = '\0';
      gateway_answer_set_id (answer, message, id);
    }
}

/* --- the conversation --------------------------------------------------------------------------------------------- */

static void
set_security (CURL *curl, const GatewayMessage *message, const char *host, gboolean loopback)
{
  const char *security = gateway_message_get_setting (message, "security");
  g_autofree char *url = g_strdup_printf ("%s://%s%s%s:%s", g_str_equal (security, "tls") ? "smtps" : "smtp",
                                          strchr (host, ':') != NULL ? "[" : "", host, strchr (host, ':') != NULL ? "]"
                                            : "",
                                          gateway_message_get_setting (message, "port"));

  curl_easy_setopt (curl, CURLOPT_URL, url);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt (curl, CURLOPT_USE_SSL, (long) (g_str_equal (security, "none") ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  curl_easy_setopt (curl, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt (curl, CURLOPT_SSL_VERIFYPEER, loopback ? 0L : 1L);
  curl_easy_setopt (curl, CURLOPT_SSL_VERIFYHOST, loopback ? 0L : 2L);
}

static void
set_callbacks (CURL *curl, Delivery *delivery)
{
  curl_easy_setopt (curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (curl, CURLOPT_READFUNCTION, read_cb);
  curl_easy_setopt (curl, CURLOPT_READDATA, delivery);
  curl_easy_setopt (curl, CURLOPT_HEADERFUNCTION, header_cb);
  curl_easy_setopt (curl, CURLOPT_HEADERDATA, delivery);
  curl_easy_setopt (curl, CURLOPT_DEBUGFUNCTION, debug_cb);
  curl_easy_setopt (curl, CURLOPT_DEBUGDATA, delivery);
  curl_easy_setopt (curl, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt (curl, CURLOPT_OPENSOCKETFUNCTION, open_cb);
  curl_easy_setopt (curl, CURLOPT_OPENSOCKETDATA, delivery);
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_PROXY, "");
  curl_easy_setopt (curl, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, (long) CONNECT_TIMEOUT);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, (long) WHOLE_TIMEOUT);
  curl_easy_setopt (curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long) WHOLE_TIMEOUT);
}

static GatewayAnswer *
deliver (const GatewayMessage *message)
{
  const char *typed = gateway_message_get_setting (message, "host");
  const char *from = gateway_message_get_setting (message, "from");
  const char *user = gateway_message_get_setting (message, "user");
  gboolean loopback = secinfo_host_place (typed) == SECINFO_HOST_LOOPBACK;
  g_autofree char *sender = g_strdup_printf ("<%s>", from);
  g_autofree char *receiver = g_strdup_printf ("<%s>", message->to);
  g_autoptr(GString) reply = g_string_new (NULL);
  char *mail = gateway_smtp_compose (message, g_get_real_time () / G_USEC_PER_SEC);
  Delivery delivery = { mail, strlen (mail), GATEWAY_SMTP_CONNECT, reply, 0, FALSE, loopback, FALSE };
  struct curl_slist *receivers = curl_slist_append (NULL, receiver);
  CURL *curl = curl_easy_init ();
  GatewayAnswer *answer;
  CURLcode trouble;

  set_security (curl, message, typed, loopback);
  set_callbacks (curl, &delivery);
  if (*user != '\0')
    {
      curl_easy_setopt (curl, CURLOPT_USERNAME, user);
      curl_easy_setopt (curl, CURLOPT_PASSWORD, gateway_message_get_setting (message, "password"));
    }
  curl_easy_setopt (curl, CURLOPT_MAIL_FROM, sender);
  curl_easy_setopt (curl, CURLOPT_MAIL_RCPT, receivers);

  trouble = curl_easy_perform (curl);
  if (trouble == CURLE_OK)
    {
      answer = gateway_answer_new (SECINFO_RESULT_ACCEPTED, "250");
      take_queue_id (answer, message, reply->str);
    }
  else
    answer = answer_from_trouble (&delivery, message, trouble);

  curl_easy_cleanup (curl);
  curl_slist_free_all (receivers);
  secinfo_secret_free_text (mail);
  return answer;
}

/* GMime and libcurl copy by way of the stack. */
static G_GNUC_NO_INLINE void
wipe_stack (void)
{
  char deep[STACK_USED];

  explicit_bzero (deep, sizeof deep);
}

static void
thread_func (gpointer data, gpointer user_data)
{
  g_autoptr(GTask) task = data;
  GatewayAnswer *answer = deliver (g_task_get_task_data (task));

  wipe_stack ();
  g_task_return_pointer (task, answer, (GDestroyNotify) gateway_answer_free);
}

/* --- Gateway ------------------------------------------------------------------------------------------------------ */

static const char *
gateway_smtp_get_name (Gateway *gateway)
{
  return "smtp";
}

static const char *
gateway_smtp_get_title (Gateway *gateway)
{
  return "Mail server";
}

static SecinfoMedium
gateway_smtp_get_medium (Gateway *gateway)
{
  return SECINFO_MEDIUM_EMAIL;
}

static gboolean
gateway_smtp_is_idempotent (Gateway *gateway)
{
  return FALSE;
}

static GPtrArray *
gateway_smtp_get_settings (Gateway *gateway)
{
  return GATEWAY_SMTP (gateway)->settings;
}

static gboolean
refuse (const char **member, char **reason, const char *name, const char *why)
{
  *member = name;
  *reason = g_strdup (why);
  return FALSE;
}

static gboolean
is_mail_host (const char *host)
{
  gsize length = strlen (host);

  return length <= 253 &&
         host[strspn (host, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.:")] == '\0' &&
         host[0] != '-' && host[0] != '.';
}

static gboolean
gateway_smtp_check (Gateway *gateway, json_t *settings, const char **member, char **reason)
{
  const char *host = secinfo_json_get_string (settings, "host");
  const char *security = secinfo_json_get_string (settings, "security");
  const char *from = secinfo_json_get_string (settings, "from");
  const char *user = secinfo_json_get_string (settings, "user");
  const char *password = secinfo_json_get_string (settings, "password");
  SecinfoHostPlace place;
  guint64 port;

  if (!is_mail_host (host))
    return refuse (member, reason, "host", "This is no name of a server.");
  place = secinfo_host_place (host);
  if (place == SECINFO_HOST_REFUSED)
    return refuse (member, reason, "host", "Nothing is sent to this host.");
  if (!g_ascii_string_to_unsigned (secinfo_json_get_string (settings, "port"), 10, 1, 65535, &port, NULL))
    return refuse (member, reason, "port", "A port is a number from 1 to 65535.");
  if (!g_str_equal (security, "tls") && !g_str_equal (security, "starttls") && !g_str_equal (security, "none"))
    return refuse (member, reason, "security", "This is one of tls, starttls, none.");
  if (g_str_equal (security, "none") && place != SECINFO_HOST_LOOPBACK)
    return refuse (member, reason, "security", "Without encryption only a mail server on this computer is used.");
  if (!gateway_text_is_email (from) || strchr (strchr (from, '@'), '.') == NULL)
    {
      /* A mail server on this computer delivers for host names without a dot as well. */
      if (!gateway_text_is_email (from) || place != SECINFO_HOST_LOOPBACK)
        return refuse (member, reason, "from", "The sender address needs a full domain.");
    }
  if (*user == '\0' && *password != '\0')
    return refuse (member, reason, "user", "There is a password without a user name.");
  if (*user != '\0' && *password == '\0')
    return refuse (member, reason, "password", "There is a user name without a password.");
  return TRUE;
}

static void
gateway_smtp_send_async (Gateway *gateway, GatewayMessage *message, GAsyncReadyCallback callback, gpointer user_data)
{
  GatewaySmtp *self = GATEWAY_SMTP (gateway);
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, gateway_smtp_send_async);
  g_task_set_task_data (task, gateway_message_ref (message), (GDestroyNotify) gateway_message_unref);
  g_thread_pool_push (self->threads, task, NULL);
}

static GatewayAnswer *
gateway_smtp_send_finish (Gateway *gateway, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static char *
gateway_smtp_dup_peer (Gateway *gateway, const GatewayMessage *message)
{
  return g_strdup (gateway_message_get_setting (message, "host"));
}

static void
gateway_smtp_iface_init (GatewayInterface *iface)
{
  iface->get_name = gateway_smtp_get_name;
  iface->get_title = gateway_smtp_get_title;
  iface->get_medium = gateway_smtp_get_medium;
  iface->is_idempotent = gateway_smtp_is_idempotent;
  iface->get_settings = gateway_smtp_get_settings;
  iface->check = gateway_smtp_check;
  iface->send_async = gateway_smtp_send_async;
  iface->send_finish = gateway_smtp_send_finish;
  iface->dup_peer = gateway_smtp_dup_peer;
}

static void
gateway_smtp_finalize (GObject *object)
{
  GatewaySmtp *self = GATEWAY_SMTP (object);

  /* Each task holds a reference to us, so nothing is left in it. */
  g_thread_pool_free (self->threads, TRUE, FALSE);
  g_clear_pointer (&self->settings, g_ptr_array_unref);

  G_OBJECT_CLASS (gateway_smtp_parent_class)->finalize (object);
}

static void
gateway_smtp_class_init (GatewaySmtpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gateway_smtp_finalize;
}

static void
gateway_smtp_init (GatewaySmtp *self)
{
  self->threads = g_thread_pool_new (thread_func, NULL, THREADS, FALSE, NULL);
  self->settings = gateway_settings_new ();
  gateway_settings_add (self->settings, "host", "Server", NULL, FALSE);
  gateway_settings_add (self->settings, "port", "Port", "465", FALSE);
  gateway_settings_add (self->settings, "security", "Encryption (tls, starttls or none)", "tls", FALSE);
  gateway_settings_add (self->settings, "user", "User name", "", FALSE);
  gateway_settings_add (self->settings, "password", "Password", "", TRUE);
  gateway_settings_add (self->settings, "from", "Sender address", NULL, FALSE);
  gateway_settings_add (self->settings, "name", "Sender name", "SecInfo", FALSE);
}

Gateway *
gateway_smtp_new (void)
{
  return g_object_new (GATEWAY_TYPE_SMTP, NULL);
}
