/* stop.c - signals to a flag. */
#include "stop.h"

#include <signal.h>

volatile int sh_stop;

static void note(int signal_number)
{
	sh_stop = signal_number;
}

static void install(int flags)
{
	struct sigaction action = { .sa_handler = note, .sa_flags = flags };
	sigemptyset(&action.sa_mask);
	/* Who is told to ignore a signal (nohup) goes on ignoring it. */
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct sigaction old;
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
	/* A reader that went away is an error of writing, not a reason to vanish. */
	signal(SIGPIPE, SIG_IGN);
	/* So is a file that may not become larger. */
	signal(SIGXFSZ, SIG_IGN);
}

void sh_stop_install(void)
{
	install((int)SA_RESETHAND);
}

void sh_stop_install_prompt(void)
{
	install(0);
}
