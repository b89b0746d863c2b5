/* terminal.c - cells to ncurses, keys from it.
 *
 * ncurses sends no more than what has changed; that we compare first saves asking it about cells that have
 * not.  What a dying program may still do is a write() of text that was made ready when the terminal was
 * opened, and giving it back its old modes.
 */
#include "terminal.h"

#if __has_include("config.h")
#include "config.h"
#endif

#if defined(TREEFALL_HAVE_NCURSES) && TREEFALL_HAVE_NCURSES
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define ESCAPE_MS 25

static SCREEN *screen_of_curses;
static bool is_open, colored;
static struct viz_screen before; /* what was shown last */
static bool all;                 /* show everything, whatever was there before */
static attr_t attributes[VIZ_STYLES];
static short pairs[VIZ_STYLES];

/* For a signal handler. */
static struct termios modes;
static char farewell[256];
static volatile sig_atomic_t farewell_length;
static pid_t owner; /* a process that was forked off has nothing to give back */

bool viz_terminal_built(void)
{
	return true;
}

/* --- giving it back ------------------------------------------------------------------------------------ */

/* A capability, without the delays of old hardware: `$<5>`. */
static void add_farewell(const char *name)
{
	const char *text = tigetstr(name);
	size_t length = strlen(farewell);

	if (text == NULL || text == (const char *)-1)
		return;
	while (*text != '\0' && length < sizeof(farewell) - 1) {
		const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;

		if (end != NULL)
			text = end + 1;
		else
			farewell[length++] = *text++;
	}
	farewell[length] = '\0';
}

void viz_terminal_restore(void)
{
	sig_atomic_t length = farewell_length;

	if (length == 0 || getpid() != owner)
		return;
	farewell_length = 0;
	if (write(STDOUT_FILENO, farewell, (size_t)length) < 0)
		return;
	tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

static void die(int signal_number)
{
	viz_terminal_restore();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

void viz_terminal_close(void)
{
	if (!is_open || getpid() != owner)
		return;
	is_open = false;
	mousemask(0, NULL);
	endwin();
	delscreen(screen_of_curses);
	farewell_length = 0;
	signal(SIGQUIT, SIG_DFL);
	viz_screen_fini(&before);
}

/* --- opening ------------------------------------------------------------------------------------------- */

static void set_style(enum viz_style style, attr_t attribute, short few, short many)
{
	attributes[style] = attribute;
	pairs[style] = 0;
	if (!colored)
		return;
	pairs[style] = (short)(style + 1);
	init_pair(pairs[style], COLORS >= 256 ? many : few, -1);
}

/* What is told by colour is told by a sign, too; so without colours there is little to make up for. */
static void set_styles(bool color)
{
	colored = color && has_colors() && start_color() == OK && use_default_colors() == OK;
	set_style(VIZ_PLAIN, A_NORMAL, -1, -1);
	set_style(VIZ_DIM, A_DIM, -1, -1);
	set_style(VIZ_BOLD, A_BOLD, -1, -1);
	set_style(VIZ_GOOD, A_NORMAL, COLOR_GREEN, 71);
	set_style(VIZ_WARN, colored ? A_NORMAL : A_BOLD, COLOR_YELLOW, 179);
	set_style(VIZ_BAD, A_BOLD, COLOR_RED, 203);
	set_style(VIZ_FLASH, A_BOLD, COLOR_CYAN, 81);
	set_style(VIZ_TITLE, A_REVERSE, -1, -1);
}

const char *viz_terminal_open(bool color, bool *ascii)
{
	static bool at_exit;
	const char *term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return "this is no terminal";
	if (term == NULL || *term == '\0' || strcmp(term, "dumb") == 0)
		return "this terminal cannot move its cursor (TERM=dumb)";
	if (tcgetattr(STDIN_FILENO, &modes) != 0)
		return strerror(errno);
	screen_of_curses = newterm(NULL, stdout, stdin);
	if (screen_of_curses == NULL)
		return "nothing is known of this kind of terminal (TERM)";
	is_open = true;
	owner = getpid();
	*ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	farewell[0] = '\0';
	add_farewell("sgr0");
	add_farewell("rmkx");
	add_farewell("cnorm");
	strcat(farewell, "\033[?1000l\033[?1006l");
	add_farewell("rmcup");
	farewell_length = (sig_atomic_t)strlen(farewell);
	if (!at_exit)
		at_exit = atexit(viz_terminal_close) == 0;
	struct sigaction action = { .sa_handler = die };
	sigemptyset(&action.sa_mask);
	sigaction(SIGQUIT, &action, NULL);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	curs_set(0);
	mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0);
	set_styles(color);
	all = true;
	return NULL;
}

/* --- showing ------------------------------------------------------------------------------------------- */

void viz_terminal_size(unsigned *width, unsigned *height)
{
	*width = COLS > 0 ? (unsigned)COLS : 1;
	*height = LINES > 0 ? (unsigned)LINES : 1;
}

void viz_terminal_redraw(void)
{
	all = true;
	clearok(curscr, TRUE);
}

static void show_cell(int y, int x, const struct viz_cell *cell)
{
	enum viz_style style = (enum viz_style)(cell->style & ~VIZ_SELECTED);
	attr_t attribute = attributes[style];
	wchar_t text[sizeof(cell->text) + 1];
	cchar_t glyph;

	if (cell->style & VIZ_SELECTED)
		attribute ^= A_REVERSE;
	if (mbstowcs(text, cell->text, sizeof(text) / sizeof(text[0])) == (size_t)-1)
		wcscpy(text, L"?");
	if (setcchar(&glyph, text, attribute, pairs[style], NULL) == OK)
		(void)mvadd_wch(y, x, &glyph);
}

static bool same(const struct viz_cell *a, const struct viz_cell *b)
{
	return a->style == b->style && strcmp(a->text, b->text) == 0;
}

void viz_terminal_show(const struct viz_screen *screen)
{
	if (before.width != screen->width || before.height != screen->height) {
		all = true;
		if (!viz_screen_resize(&before, screen->width, screen->height))
			return; /* the next one may have luck */
	}
	if (all)
		erase();
	for (unsigned y = 0; y < screen->height; y++) {
		for (unsigned x = 0; x < screen->width; x++) {
			size_t at = (size_t)y * screen->width + x;
			const struct viz_cell *cell = &screen->cell[at];

			if (!all && same(cell, &before.cell[at]))
				continue;
			before.cell[at] = *cell;
			/* The second half of a wide character comes with its first. */
			if (cell->text[0] != '\0')
				show_cell((int)y, (int)x, cell);
		}
	}
	all = false;
	refresh();
}

/* --- keys ---------------------------------------------------------------------------------------------- */

static int mouse_key(unsigned *x, unsigned *y)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return VIZ_NO_KEY;
	*x = event.x > 0 ? (unsigned)event.x : 0;
	*y = event.y > 0 ? (unsigned)event.y : 0;
	if (event.bstate & BUTTON4_PRESSED)
		return VIZ_WHEEL_UP;
	if (event.bstate & BUTTON5_PRESSED)
		return VIZ_WHEEL_DOWN;
	return event.bstate & BUTTON1_PRESSED ? VIZ_CLICK : VIZ_NO_KEY;
}

static int code_of(wint_t key)
{
	static const struct {
		int key;
		enum viz_code code;
	} codes[] = {
		{ KEY_UP, VIZ_UP },         { KEY_DOWN, VIZ_DOWN },
		{ KEY_LEFT, VIZ_LEFT },     { KEY_RIGHT, VIZ_RIGHT },
		{ KEY_PPAGE, VIZ_PAGE_UP }, { KEY_NPAGE, VIZ_PAGE_DOWN },
		{ KEY_HOME, VIZ_HOME },     { KEY_END, VIZ_END },
		{ KEY_ENTER, VIZ_ENTER },   { KEY_BACKSPACE, VIZ_BACKSPACE },
		{ KEY_RESIZE, VIZ_RESIZE },
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if ((int)key == codes[i].key)
			return codes[i].code;
	}
	return VIZ_NO_KEY;
}

static int character_of(wint_t key)
{
	switch (key) {
	case '\r':
	case '\n':
		return VIZ_ENTER;
	case '\033':
		return VIZ_ESCAPE;
	case '\t':
		return VIZ_TAB;
	case '\b':
	case 0x7f:
		return VIZ_BACKSPACE;
	}
	return (int)key;
}

int viz_terminal_key(int timeout_ms, unsigned *x, unsigned *y)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	wint_t key;
	int got = get_wch(&key);

	if (got == ERR && poll(&in, 1, timeout_ms) < 0 && errno != EINTR)
		return VIZ_GONE;
	if (got == ERR)
		got = get_wch(&key);
	if (got == ERR)
		return in.revents & (POLLHUP | POLLERR | POLLNVAL) ? VIZ_GONE : VIZ_NO_KEY;
	if (got == KEY_CODE_YES)
		return key == KEY_MOUSE ? mouse_key(x, y) : code_of(key);
	return character_of(key);
}

#else /* without ncurses */

bool viz_terminal_built(void)
{
	return false;
}

const char *viz_terminal_open(bool color, bool *ascii)
{
	(void)color;
	(void)ascii;
	return "this build has no ncurses";
}

void viz_terminal_close(void)
{
}

void viz_terminal_restore(void)
{
}

void viz_terminal_size(unsigned *width, unsigned *height)
{
	*width = *height = 0;
}

void viz_terminal_redraw(void)
{
}

void viz_terminal_show(const struct viz_screen *screen)
{
	(void)screen;
}

int viz_terminal_key(int timeout_ms, unsigned *x, unsigned *y)
{
	(void)timeout_ms;
	(void)x;
	(void)y;
	return VIZ_GONE;
}

#endif
