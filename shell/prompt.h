/* prompt.h - commands from somebody at a terminal. */
#ifndef SHELL_PROMPT_H
#define SHELL_PROMPT_H

#include "session.h"

/* Reads and executes lines until `quit`, the end of the input, or a signal that ends the program. */
enum sh_code sh_prompt_run(struct sh_session *session);

#endif
