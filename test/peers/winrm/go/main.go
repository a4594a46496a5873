// go-winrm: masterzen/winrm runs one command on a WinRM service over TLS; one JSON object of what came of it.
//
// Usage: go-winrm basic|ntlm ADDRESS PORT CA_FILE USER COMMAND [powershell]   (the password comes by GO_WINRM_PASSWORD)
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/masterzen/winrm"
)

type said struct {
	Out   string `json:"out"`
	Err   string `json:"err"`
	Code  int    `json:"code"`
	Error string `json:"error"`
}

func run(args []string) (said, error) {
	port, err := strconv.Atoi(args[2])
	if err != nil {
		return said{}, err
	}
	authority, err := os.ReadFile(args[3])
	if err != nil {
		return said{}, err
	}
	endpoint := winrm.NewEndpoint(args[1], port, true, false, authority, nil, nil, 90*time.Second)
	parameters := winrm.NewParameters("PT20S", "en-US", 153600)
	if args[0] == "ntlm" {
		parameters.TransportDecorator = func() winrm.Transporter { return &winrm.ClientNTLM{} }
	}
	client, err := winrm.NewClientWithParameters(endpoint, args[4], os.Getenv("GO_WINRM_PASSWORD"), parameters)
	if err != nil {
		return said{}, err
	}
	command := args[5]
	if len(args) > 6 {
		command = winrm.Powershell(command)
	}
	var out, errors bytes.Buffer
	code, err := client.Run(command, &out, &errors)
	return said{Out: out.String(), Err: errors.String(), Code: code}, err
}

func main() {
	if len(os.Args) < 7 {
		fmt.Fprintln(os.Stderr, "usage: go-winrm basic|ntlm ADDRESS PORT CA_FILE USER COMMAND [powershell]")
		os.Exit(2)
	}
	result, err := run(os.Args[1:])
	if err != nil {
		result.Error = err.Error()
	}
	json.NewEncoder(os.Stdout).Encode(result)
}
