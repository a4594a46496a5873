// vcsim: a launcher around govmomi's simulator library (Debian ships the library, not the command), with the shim (shim.go lists its files).
package main

import (
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/vmware/govmomi/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
)

// perName parses "Name:ms,Name:ms".
func perName(s string) map[string]int {
	m := map[string]int{}
	for _, kv := range strings.Split(s, ",") {
		if p := strings.SplitN(kv, ":", 2); len(p) == 2 {
			m[p[0]], _ = strconv.Atoi(p[1])
		}
	}
	return m
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		for _, dir := range tempDirs {
			os.RemoveAll(dir)
		}
		os.Exit(1)
	}
}

func main() {
	m := simulator.VPX()
	flag.IntVar(&m.Datacenter, "dc", 1, "")
	flag.IntVar(&m.Cluster, "cluster", 2, "")
	flag.IntVar(&m.ClusterHost, "host", 4, "hosts per cluster")
	flag.IntVar(&m.Host, "standalone-host", 0, "")
	flag.IntVar(&m.Datastore, "ds", 2, "")
	flag.IntVar(&m.Machine, "vm", 100, "VMs per resource pool")
	flag.IntVar(&m.Pool, "pool", 0, "")
	flag.IntVar(&m.DelayConfig.Delay, "delay", 0, "ms for every method")
	flag.Float64Var(&m.DelayConfig.DelayJitter, "delay-jitter", 0, "")
	methodDelay := flag.String("method-delay", "", "Method:ms,...")
	taskDelay := flag.String("task-delay", "", "Method_Task:ms,... (shim)")
	shim := flag.Bool("shim", true, "tasks, clones, faults, controls; false: vcsim as it is")
	estateFile := flag.String("estate", "", "JSON inventory instead of the generated one (shim)")
	flag.StringVar(&spaceFault, "space-fault", spaceFault, "fault of a datastore without room (shim); with Storage DRS it is InsufficientStorageSpace")
	flag.DurationVar(&guestDelay, "guest-delay", 0, "from power-on to running tools, from ShutdownGuest to powered off, such as 500ms (shim)")
	esx := flag.Bool("esx", false, "standalone ESXi model")
	useTLS := flag.Bool("tls", true, "")
	listen := flag.String("l", "127.0.0.1:8989", "")
	user := flag.String("user", "", "user:pass; empty accepts any non-empty login")
	untilEOF := flag.Bool("until-eof", false, "ends when standard input ends, so with the test that started it, even by kill -9")
	verbose := flag.Bool("v", false, "")
	flag.Parse()
	if !*verbose {
		log.SetOutput(io.Discard)
	}
	if *esx {
		e := simulator.ESX()
		e.Machine, e.Datastore, e.DelayConfig = m.Machine, m.Datastore, m.DelayConfig
		m = e
	}
	if newFault(spaceFault, nil) == nil {
		check(fmt.Errorf("no fault type %q", spaceFault))
	}
	m.DelayConfig.MethodDelay = perName(*methodDelay)
	if host, _, err := net.SplitHostPort(*listen); err != nil || !net.ParseIP(host).IsLoopback() {
		check(fmt.Errorf("-l takes an address of this machine only, such as 127.0.0.1:8989"))
	}
	l, err := net.Listen("tcp", *listen) // before anything is made: a taken port would leave it behind
	check(err)
	l.Close()
	if *estateFile != "" {
		m.Datacenter = 0
	}
	check(m.Create())
	if *estateFile != "" {
		check(loadEstateFile(*estateFile))
	}
	u := &url.URL{Host: *listen}
	if *user != "" {
		p := strings.SplitN(*user, ":", 2)
		u.User = url.UserPassword(p[0], p[1])
	}
	m.Service.Listen = u
	m.Service.RegisterEndpoints = true
	if *useTLS {
		certificate, err := ownCertificate()
		check(err)
		m.Service.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	}
	m.Service.ServeMux = http.NewServeMux()
	// test control: the next /sdk answer gets this HTTP status
	m.Service.ServeMux.HandleFunc("/_ctl/status", func(w http.ResponseWriter, r *http.Request) {
		simulator.StatusSDK, _ = strconv.Atoi(r.URL.Query().Get("code"))
	})
	if *shim {
		simulator.Map.Put(wrapPropertyCollector())
		tidy()
		setDrs(true)
	}
	s := m.Service.NewServer()
	if *shim {
		sh := &Shim{next: s.Config.Handler, delay: map[string]time.Duration{}, calls: &m.DelayConfig}
		for name, ms := range perName(*taskDelay) {
			sh.delay[name] = time.Duration(ms) * time.Millisecond
		}
		s.Config.Handler = sh
	}
	c := m.Count()
	b, _ := json.Marshal(&c)
	fmt.Printf("READY %s pid=%d %s\n", s.URL, os.Getpid(), b)
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, syscall.SIGINT, syscall.SIGTERM)
	if *untilEOF {
		go func() {
			io.Copy(io.Discard, os.Stdin)
			ch <- syscall.SIGTERM
		}()
	}
	<-ch
	m.Remove() // deletes $TMPDIR/govcsim-*
	for _, dir := range tempDirs {
		os.RemoveAll(dir)
	}
}
