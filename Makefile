# Treefall.  `make help` lists every target.
#
# Everything that is made lies in $(BUILD).  Variants have a folder of their own, for example
#
#   make BUILD=build/clang-O0 CC=clang CFLAGS='-O0 -g'
#   make BUILD=build/asan SANITIZE=address,undefined tests
#
# V=1 shows the commands themselves.
VERSION := 0.1.0

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g
SANITIZE ?=
BUILD ?= build
FUZZ_SECONDS ?= 60
SCENARIO ?= scenarios/library/prismatic.yaml
DESTDIR ?=
prefix ?= /usr/local
N ?= 300
SEED ?= 1
jobs := $(shell nproc 2>/dev/null || echo 2)
submake = $(MAKE) --no-print-directory

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-4s %s\n'
endif

# --- what this machine has ------------------------------------------------------------------------------------

# Targets that compile nothing themselves; they need no look at the machine.
plain := help clean deps layers lint format run test new-worker bench-peers bench-page
goals := $(or $(MAKECMDGOALS),all)
ifneq ($(filter-out $(plain),$(goals)),)
ifneq ($(shell CC='$(CC)' .ci/config $(BUILD) >&2 || echo failed),)
$(error .ci/config failed)
endif
include $(BUILD)/config.mk
ifneq ($(strip $(missing)),)
$(error missing: $(missing)- `make run` installs them, `make deps` says what they are for)
endif
endif

# --- flags ----------------------------------------------------------------------------------------------------

warnings := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla
sanitize := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all)
cflags = -std=c11 -D_GNU_SOURCE -DTREEFALL_VERSION='"$(VERSION)"' -I. -I$(BUILD) -I$(BUILD)/probes $(warnings) \
	-ffp-contract=off -fno-omit-frame-pointer -fno-tree-slp-vectorize $(sanitize) $(CFLAGS)
ldflags = $(sanitize) -Wl,--as-needed $(LDFLAGS)
# A sanitizer's code in between makes gcc see uninitialised variables where there are none.
ifneq ($(SANITIZE),)
cflags += -Wno-maybe-uninitialized $(if $(findstring clang,$(CC)),-Wno-unknown-warning-option)
endif

# --- what there is to build -----------------------------------------------------------------------------------

# From the top of the drawing to its bottom, which is also the order in which to link.
folders := shell scenarios inject viz probes runtime
# Libraries from elsewhere; the linker drops those that a program does not use.
foreign := -lreadline -lfyaml -ljansson -lxxhash $(libs_ncurses) $(libs_libbpf) $(libs_libdw) $(libs_seccomp) $(libs_sqlite)

# What plugins may call.  Whoever opens plugins takes all of it in, and shows them this and nothing else.
plugin_calls := $(shell .ci/exports)
exports := $(foreach f,$(plugin_calls),-Wl,-u,$(f) -Wl,--export-dynamic-symbol=$(f))

obj = $(patsubst %.c,$(BUILD)/%.o,$(1))
sources = $(filter-out %.bpf.c,$(wildcard $(1)/*.c))
present := $(foreach f,$(folders),$(if $(call sources,$(f)),$(f)))
libs = $(patsubst %,$(BUILD)/lib%.a,$(filter $(present),$(1)))

# A test of a folder is linked with that folder and what lies below it; others with everything.
below_runtime := runtime
below_inject := inject runtime
below_scenarios := scenarios inject runtime
below_viz := viz runtime
below_probes := probes runtime
below_conformance := runtime
below = $(or $(below_$(1)),$(folders))

support := $(call sources,tests/support)
unit_tests := $(patsubst %.c,$(BUILD)/%,$(filter-out tests/fuzz/% tests/bench/%,$(wildcard tests/*/test_*.c)))
fuzzers := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
trace := $(foreach f,$(call sources,tests/conformance),$(if $(or $(filter test_% gen_%,$(notdir $(f))),$(findstring fuzz,$(f))),,$(f)))
bench := $(call sources,tests/bench)
programs := $(if $(wildcard shell/main.c),$(BUILD)/treefall) $(if $(trace),$(BUILD)/treefall-trace)
gen := $(wildcard tests/conformance/gen_*.c tests/conformance/random_case.c)

all: $(programs) $(call libs,$(folders)) ## build/treefall and build/treefall-trace

$(BUILD)/treefall: $(BUILD)/shell/main.o $(call libs,$(folders))
$(BUILD)/treefall: private ldflags += $(exports)
$(BUILD)/treefall-trace: $(call obj,$(trace)) $(call libs,runtime)
$(BUILD)/treefall-gen: $(call obj,$(gen)) $(call libs,runtime)
$(BUILD)/treefall-bench: $(call obj,$(bench)) $(call libs,$(folders))
$(BUILD)/treefall-bench: | $(BUILD)/treefall-bench-fork
$(BUILD)/treefall-bench-fork: tests/bench/fork/main.c $(BUILD)/flags
	$(say) LD $@
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(warnings) -O2 -static -o $@ $<
$(BUILD)/treefall $(BUILD)/treefall-trace $(BUILD)/treefall-gen $(BUILD)/treefall-bench:
	$(say) LD $@
	$(Q)$(CC) $(cflags) $(ldflags) -o $@ $(filter %.o %.a,$^) $(foreign)

define library
$(BUILD)/lib$(1).a: $(call obj,$(filter-out shell/main.c,$(call sources,$(1))))
	$$(say) AR $$@
	$$(Q)rm -f $$@ && $$(AR) rcs $$@ $$^
endef
$(foreach f,$(present),$(eval $(call library,$(f))))

# BPF programs become skeletons, headers that carry the program; whoever opens one includes it.
skeletons := $(if $(have_bpf),$(patsubst probes/%.bpf.c,$(BUILD)/probes/%.skel.h,$(wildcard probes/*.bpf.c)))
$(call obj,$(call sources,probes)): | $(skeletons)
$(BUILD)/probes/%.bpf.o: probes/%.bpf.c probes/kernel.bpf.h probes/wire.h
	$(say) BPF $<
	$(Q)mkdir -p $(@D)
	$(Q)clang -target bpf -O2 -g -Wall -Wextra -Werror -c -o $@ $<
$(BUILD)/probes/%.skel.h: $(BUILD)/probes/%.bpf.o
	$(Q)bpftool gen skeleton $< name $*_bpf >$@

$(BUILD)/libsupport.a: $(call obj,$(support))
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# Tests of the trace tool see its parts, but not its main.
trace_parts := $(call obj,$(filter-out %/treefall_trace.c,$(trace)))
define unit_test
$(BUILD)/$(1): $(BUILD)/$(1).o $(if $(filter tests/conformance/%,$(1)),$(trace_parts)) \
	$(if $(support),$(BUILD)/libsupport.a) $(call libs,$(call below,$(word 2,$(subst /, ,$(1)))))
	$$(say) LD $$@
	$$(Q)$$(CC) $$(cflags) $$(ldflags) $(if $(filter scenarios,$(call below,$(word 2,$(subst /, ,$(1))))),$$(exports)) \
		-o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) \
		-Wl,--end-group $$(foreign) -lcmocka
endef
$(foreach t,$(unit_tests:$(BUILD)/%=%),$(eval $(call unit_test,$(t))))

# A plugin has its own names for itself, whatever the libraries of the program call theirs.
define shared
	$(say) SO $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(cflags) $(ldflags) -shared -Wl,-Bsymbolic -o $@ $(filter %.o,$^)
endef

# Plugins for tests: each file of tests/plugins is one.
test_plugins := $(patsubst %.c,$(BUILD)/%.so,$(call sources,tests/plugins))
$(BUILD)/tests/plugins/%.o: private cflags += -fPIC
$(BUILD)/tests/plugins/%.so: $(BUILD)/tests/plugins/%.o
	$(shared)
$(BUILD)/tests/scenarios/test_plugin: | $(test_plugins)

# Workers of one's own: scenarios/workers/NAME/NAME.c, and what else is in that folder, is the plugin NAME.so;
# test_NAME.c tests it.  A main.c makes a program of what does not need a runtime, of all but NAME.c.
worker_names := $(sort $(patsubst scenarios/workers/%/,%,$(dir $(wildcard scenarios/workers/*/*.c))))
worker_plugins := $(worker_names:%=$(BUILD)/workers/%.so)
worker_tests := $(patsubst %,$(BUILD)/workers/test_%,$(notdir $(patsubst %/,%,$(dir $(wildcard scenarios/workers/*/test_*.c)))))
worker_programs := $(patsubst scenarios/workers/%/main.c,$(BUILD)/workers/%,$(wildcard scenarios/workers/*/main.c))
worker_parts = $(foreach f,$(call sources,scenarios/workers/$(1)),$(if $(filter main.c test_%,$(notdir $f)),,$f))
define worker
$(BUILD)/workers/$(1).so: $(call obj,$(call worker_parts,$(1)))
	$$(shared)
$(BUILD)/workers/test_$(1): $(call obj,scenarios/workers/$(1)/test_$(1).c $(call worker_parts,$(1))) \
	$(BUILD)/libsupport.a $(call libs,runtime)
	$$(say) LD $$@
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(cflags) $$(ldflags) -o $$@ $$(filter %.o %.a,$$^) -lcmocka
$(BUILD)/workers/$(1): $(call obj,scenarios/workers/$(1)/main.c \
	$(filter-out %/$(1).c,$(call worker_parts,$(1))))
	$$(say) LD $$@
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(cflags) $$(ldflags) -o $$@ $$(filter %.o,$$^)
endef
$(foreach w,$(worker_names),$(eval $(call worker,$(w))))
$(BUILD)/scenarios/workers/%.o: private cflags += -fPIC

define fuzzer
$(BUILD)/$(1): $(BUILD)/$(1).o $(call libs,$(folders))
	$$(say) LD $$@
	$$(Q)$$(CC) $$(cflags) $$(ldflags) -fsanitize=fuzzer -o $$@ $$^ $$(foreign)
endef
$(foreach t,$(fuzzers:$(BUILD)/%=%),$(eval $(call fuzzer,$(t))))

# Everything is compiled again when the flags change.
flags_line = $(CC) $(cflags)
$(BUILD)/flags: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo $(call quote,$(flags_line)) | cmp -s - $@ || echo $(call quote,$(flags_line)) >$@
quote = '$(subst ','\'',$(1))'

$(BUILD)/%.o: %.c $(BUILD)/flags
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(cflags) -MMD -MP -c -o $@ $<

# A probe point that is looked at becomes a call, which writes below the stack pointer; so nothing may lie there.
$(BUILD)/runtime/usdt.o: private cflags += $(if $(filter x86_64%,$(shell $(CC) -dumpmachine)),-mno-red-zone)

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# --- targets for people -----------------------------------------------------------------------------------------

run: ## install what is missing, build, run the flagship scenario; on a terminal, stay in its shell
	@.ci/deps install
	@$(submake) -j$(jobs) $(BUILD)/treefall
	@printf '  %-4s %s\n' RUN '$(BUILD)/treefall run $(SCENARIO)'
	@$(BUILD)/treefall run $(SCENARIO)
	@if [ -t 0 ] && [ -t 1 ]; then exec $(BUILD)/treefall shell $(SCENARIO); fi

test: ## install what is missing, build, run all tests; leaves out what needs an absent optional package
	@.ci/deps install
	@tests/run

tests: $(unit_tests) $(test_plugins) $(worker_tests) ## build the unit tests without running them

workers: $(worker_plugins) $(worker_programs) ## build the plugins of scenarios/workers/

new-worker: ## write a worker NAME of your own in C, with its test and a scenario; IN=FOLDER: elsewhere
	@.ci/new-worker $(call quote,$(NAME)) $(if $(IN),$(call quote,$(IN)))

fuzzers: $(fuzzers)

bench: $(BUILD)/treefall-bench ## measure all; NAMES= for some, --json one line a figure: see docs/performance.md
	$(say) RUN $<
	$(Q)$< $(NAMES)

# Supervisors of others, for the same work: Erlang's and Go's, from Debian's packages and nowhere else.
peers := $(BUILD)/peers/peer_otp.beam $(BUILD)/peers/peer_suture
$(BUILD)/peers/%.beam: tests/bench/peers/%.erl
	$(say) ERLC $<
	$(Q)mkdir -p $(@D) && erlc -Werror -o $(@D) $<
$(BUILD)/peers/peer_suture: tests/bench/peers/peer_suture.go
	$(say) GO $<
	$(Q)mkdir -p $(@D)
	$(Q)GO111MODULE=off GOFLAGS= GOPATH=/usr/share/gocode GOCACHE=$(abspath $(BUILD))/peers/cache go build -o $@ $<
peers: $(peers)

bench-peers: ## the same work (NAMES: only some of it) on Erlang/OTP and on suture for Go, in turn with ours: ratios
	@.ci/deps install erlang-base golang-go golang-github-thejerf-suture-dev
	@$(submake) -j$(jobs) $(BUILD)/treefall-bench peers
	@BUILD=$(BUILD) tests/bench/peers/compare $(NAMES)

bench-page: ## measure both anew and put the tables into docs/performance.md
	@$(submake) -s bench-peers NAMES= >$(BUILD)/peers.md
	@tests/bench/page peers <$(BUILD)/peers.md
	@$(submake) -s bench NAMES=--markdown >$(BUILD)/figures.md
	@tests/bench/page figures <$(BUILD)/figures.md

conformance: $(BUILD)/treefall-trace $(BUILD)/treefall-gen ## N random cases (300) from SEED (1) on the real OTP and on ours
	@BUILD=$(BUILD) tests/conformance/compare $(N) $(SEED)

mutants: $(BUILD)/treefall-trace tests ## build the supervisor with one slip at a time; the tests have to notice each
	@BUILD=$(BUILD) LIBS='$(foreign)' tests/mutants/run $(NAMES)

crashes: $(BUILD)/tests/runtime/test_guard ## N real crashes (a million) of a worker in one process, each restarted, nothing left behind
	@CRASHES=$(if $(filter command environment,$(origin N)),$(N),1000000) $<

witness: $(BUILD)/tests/probes/test_witness ## N events (a million) under load: what was dropped is what was sent and did not arrive
	@EVENTS=$(if $(filter command environment,$(origin N)),$(N),1000000) $<

layers: ## check who includes whom; print the drawing
	@.ci/check-layers

lint: ## check the house rules
	@.ci/lint

format: ## wrap lines that are too long, with clang-format
	@.ci/format

asan: ## unit tests under the address and undefined-behaviour sanitizers
	@tests/run asan

ubsan: ## unit tests under the undefined-behaviour sanitizer alone
	@tests/run ubsan

coverage: ## unit tests with gcov; prints the share of lines run, file by file
	@tests/run coverage

fuzz: ## run each fuzz target for FUZZ_SECONDS (60)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/run fuzz

docs: $(BUILD)/treefall ## write the generated pages of docs/ again
	@.ci/docs write

deps: ## what is needed, what for, and whether it is there
	@.ci/deps

# A plugin is built with -I$(prefix)/include/treefall and includes "runtime/worker.h".
plugin_headers := $(addprefix runtime/,worker.h runtime.h observe.h status.h types.h)
install: all ## install the programs, the man page and the headers for plugins under prefix (/usr/local)
	install -d $(addprefix $(DESTDIR)$(prefix)/,bin share/man/man1 include/treefall/runtime)
	install $(programs) $(DESTDIR)$(prefix)/bin
	install -m 644 $(plugin_headers) $(DESTDIR)$(prefix)/include/treefall/runtime
	$(if $(wildcard docs/*.1),install -m 644 $(wildcard docs/*.1) $(DESTDIR)$(prefix)/share/man/man1)

clean: ## remove build/
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

FORCE:
.PHONY: all run test tests workers new-worker fuzzers bench bench-peers bench-page peers conformance mutants crashes witness layers lint format asan ubsan coverage fuzz docs deps install \
	clean help FORCE
