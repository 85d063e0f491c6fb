/* flood.h - what the verbs of the load tool stand on
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANSWER_MAX 65536

/* Plain sockets and threads: what is measured has to be the service, not a library. */
typedef struct
{
  int    fd;                   /* -1: not connected */
  int    status;               /* of the last answer; 0: none came */
  size_t length;               /* of text */
  char   text[ANSWER_MAX];     /* the last answer, head and body, and a NUL */
} Line;

extern const char *flood_socket;

bool    line_open     (Line *line);
void    line_close    (Line *line);
bool    line_write    (Line *line, const void *bytes, size_t length);
/* Writes @request, reads one whole answer; false where none came (and the line is closed then). */
bool    line_ask      (Line *line, const char *request);
/* Reads one whole answer to what was written; what came after it is dropped. */
bool    line_read     (Line *line);
/* The word after "/problems/" in the last answer, else "". @word: 64 bytes. */
void    line_problem  (const Line *line, char *word);

double  clock_us      (void);
uint64_t next_random  (uint64_t *state);
/* "METHOD PATH" and a JSON body (NULL: none) as a request. */
void    make_request  (char *to, size_t size, const char *method, const char *path, const char *body);

int     verb_hostile  (int argc, char **argv);   /* COUNT */
