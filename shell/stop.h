/* stop.h - the wish of somebody outside that we stop: SIGINT, SIGTERM, SIGHUP set a flag and nothing else.
 * The one thing of the shell that is process-wide.
 */
#ifndef SHELL_STOP_H
#define SHELL_STOP_H

/* Number of the latest signal that asked to stop, 0 if none did; whoever obeyed sets it back. */
extern volatile int sh_stop;

/* Headless: a second signal of the same kind ends the program as if nobody had caught it. */
void sh_stop_install(void);
/* At the prompt: SIGINT any number of times. */
void sh_stop_install_prompt(void);

#endif
