// peer_suture.go - the work of treefall-bench done by suture's supervisor: `peer_suture RUN N` measures once and
// prints a line for each figure.  Nothing is logged, and services say their names themselves, or suture would
// print each of them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/thejerf/suture/v4"
)

var errCrash = errors.New("crash")

func tell(bench string, n int, value float64, unit string) {
	fmt.Printf("{\"bench\":\"%s\",\"n\":%d,\"value\":%.6g,\"unit\":\"%s\"}\n", bench, n, value, unit)
}

// So many, or a few where only the shape of figures matters.
func times(count int) int {
	if os.Getenv("QUICK") != "" {
		return 10 + count/100
	}
	return count
}

func spec() suture.Spec {
	return suture.Spec{EventHook: func(suture.Event) {}, FailureThreshold: 1e18}
}

// A worker with 64 bytes of state that does what it is told.
type worker struct {
	state [8]uint64
	order chan error
	up    chan<- *worker
	// How often it still fails by itself as soon as it runs, and with what.
	left   int
	failed error
}

var errPanic = errors.New("panic")

func (w *worker) String() string { return "worker" }

func end(order error) error {
	if order == errPanic {
		panic("crash")
	}
	return order
}

func (w *worker) Serve(ctx context.Context) error {
	w.state = [8]uint64{}
	if w.left > 0 {
		w.left--
		return end(w.failed)
	}
	if w.up != nil {
		w.up <- w
	}
	select {
	case order := <-w.order:
		return end(order)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func pool(n int, up chan *worker) (*suture.Supervisor, []*worker) {
	supervisor := suture.New("pool", spec())
	workers := make([]*worker, n)
	for i := range workers {
		workers[i] = &worker{order: make(chan error, 1), up: up}
		supervisor.Add(workers[i])
	}
	supervisor.ServeBackground(context.Background())
	for range workers {
		<-up
	}
	return supervisor, workers
}

func restart(bench string, order error, n, times int) {
	up := make(chan *worker, n)
	_, workers := pool(n, up)
	at := uint32(1)
	once := func() {
		at = at*1664525 + 1013904223
		workers[uint64(at)*uint64(n)>>32].order <- order
		<-up
	}
	for i := 0; i < times/10; i++ {
		once()
	}
	begin := time.Now()
	if n == 1 {
		// One that fails by itself needs no order.
		workers[0].left, workers[0].failed = times-1, order
		once()
	} else {
		for i := 0; i < times; i++ {
			once()
		}
	}
	tell(bench, n, float64(times)/time.Since(begin).Seconds(), "per second")
	spent := make([]float64, times)
	for i := range spent {
		begin := time.Now()
		once()
		spent[i] = float64(time.Since(begin).Nanoseconds())
	}
	sort.Float64s(spent)
	tell(bench+"_p50", n, spent[times/2], "ns")
	tell(bench+"_p99", n, spent[times*99/100], "ns")
}

func killAll(n int) {
	up := make(chan *worker, n)
	_, workers := pool(n, up)
	begin := time.Now()
	for _, w := range workers {
		w.order <- errCrash
	}
	for range workers {
		<-up
	}
	tell("kill_all", n, float64(time.Since(begin).Nanoseconds())/1e6, "ms")
}

// The supervisors below, made anew each time that they all have gone.
type spine struct {
	levels int
	leaf   *worker
}

func (s *spine) String() string { return "spine" }

func (s *spine) Serve(ctx context.Context) error {
	var top, bottom *suture.Supervisor
	for i := 0; i < s.levels; i++ {
		next := suture.New("level", spec())
		if bottom == nil {
			top = next
		} else {
			bottom.Add(next)
		}
		bottom = next
	}
	bottom.Add(s.leaf)
	if err := top.Serve(ctx); err == suture.ErrTerminateSupervisorTree {
		return errCrash
	} else {
		return err
	}
}

func escalate(n, times int) {
	up := make(chan *worker, 1)
	leaf := &worker{order: make(chan error, 1), up: up}
	root := suture.New("root", spec())
	root.Add(&spine{levels: n, leaf: leaf})
	root.ServeBackground(context.Background())
	<-up
	once := func() {
		leaf.order <- suture.ErrTerminateSupervisorTree
		<-up
	}
	for i := 0; i < times/10; i++ {
		once()
	}
	begin := time.Now()
	for i := 0; i < times; i++ {
		once()
	}
	tell("escalate_spine", n, float64(time.Since(begin).Nanoseconds())/1e3/float64(times), "us")
}

func resident() float64 {
	text, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmRSS:" {
			kib, _ := strconv.ParseFloat(fields[1], 64)
			return kib * 1024
		}
	}
	return 0
}

// Under supervisors of 1,000; of each of them the last to be up tells.
func start(n int) {
	const each = 1000
	before := resident()
	begin := time.Now()
	up := make(chan *worker, 1000)
	root := suture.New("root", spec())
	for i := 0; i < n/each; i++ {
		below := suture.New("below", spec())
		for j := 0; j < each; j++ {
			below.Add(&worker{order: make(chan error, 1), up: up})
		}
		root.Add(below)
	}
	root.ServeBackground(context.Background())
	for i := 0; i < n; i++ {
		<-up
	}
	tell("start_supervised", n, float64(n)/time.Since(begin).Seconds(), "per second")
	tell("rss_per_worker", n, (resident()-before)/float64(n), "bytes")
}

// Adds up what comes through a channel, and ends for good when that is closed.
type taker struct {
	in   chan [3]uint64
	done chan uint64
}

func (t *taker) String() string { return "taker" }

func (t *taker) Serve(ctx context.Context) error {
	sum := uint64(0)
	for message := range t.in {
		sum += message[0]
	}
	t.done <- sum
	return suture.ErrDoNotRestart
}

func cast(count int) {
	t := &taker{in: make(chan [3]uint64, 1000), done: make(chan uint64)}
	root := suture.New("root", spec())
	root.Add(t)
	root.ServeBackground(context.Background())
	begin := time.Now()
	for i := 0; i < count; i++ {
		t.in <- [3]uint64{1}
	}
	close(t.in)
	if <-t.done != uint64(count) {
		panic("lost")
	}
	tell("cast", 1, float64(count)/time.Since(begin).Seconds(), "per second")
}

// Sends back what comes.
type ponger struct {
	in, out chan [3]uint64
	done    chan bool
}

func (p *ponger) String() string { return "ponger" }

func (p *ponger) Serve(ctx context.Context) error {
	for message := range p.in {
		if message[0] == 0 {
			p.done <- true
		} else {
			message[0]--
			p.out <- message
		}
	}
	return suture.ErrDoNotRestart
}

func pingpong(trips int) {
	a, b, done := make(chan [3]uint64, 1), make(chan [3]uint64, 1), make(chan bool)
	root := suture.New("root", spec())
	root.Add(&ponger{a, b, done})
	root.Add(&ponger{b, a, done})
	root.ServeBackground(context.Background())
	begin := time.Now()
	a <- [3]uint64{uint64(2 * trips)}
	<-done
	tell("pingpong", 1, float64(trips)/time.Since(begin).Seconds(), "per second")
}

func main() {
	n, err := strconv.Atoi(os.Args[len(os.Args)-1])
	if len(os.Args) != 3 || err != nil {
		os.Exit(64)
	}
	// All of it is faster on one, where nobody has to be woken on another processor.
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(1)
	}
	// Its own guess would collect the garbage of a small heap all the time.
	if os.Args[1] != "start_static" {
		debug.SetGCPercent(1000)
	}
	switch os.Args[1] {
	case "restart":
		restart("restart_soft", errCrash, n, times(200000))
	case "restart_segv":
		restart("restart_segv", errPanic, n, times(50000))
	case "kill_all":
		killAll(n)
	case "escalate_spine":
		escalate(n, times(3000))
	case "start_static":
		start(n)
	case "cast":
		cast(times(4000000))
	case "pingpong":
		pingpong(times(2000000))
	default:
		os.Exit(64)
	}
}
