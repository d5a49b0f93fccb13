// Times porcupine's check of a register history: FILE of JSON Lines, and how often to check it. Prints the median in
// nanoseconds, reading and parsing left out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"time"

	"github.com/anishathalye/porcupine"
)

type event struct {
	Process int
	Type    string
	F       string
	Value   *int
}

type input struct {
	write bool
	value int
}

// none stands for null.
const none = -1

func number(value *int) int {
	if value == nil {
		return none
	}
	return *value
}

var register = porcupine.Model{
	Init: func() interface{} { return none },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		if call := in.(input); call.write {
			return true, call.value
		}
		return out.(int) == state.(int), state
	},
	Equal: func(a, b interface{}) bool { return a.(int) == b.(int) },
	Hash:  func(state interface{}) uint64 { return uint64(state.(int)) },
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	rounds, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	var operations []porcupine.Operation
	open := map[int]int{}
	lines := bufio.NewScanner(file)
	for place := int64(0); lines.Scan(); place++ {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			panic(err)
		}
		if e.Type == "invoke" {
			open[e.Process] = len(operations)
			operations = append(operations, porcupine.Operation{ClientId: e.Process, Input: input{e.F == "write", number(e.Value)}, Call: place})
		} else {
			operations[open[e.Process]].Output = number(e.Value)
			operations[open[e.Process]].Return = place
		}
	}
	times := make([]int64, rounds)
	for i := range times {
		started := time.Now()
		if !porcupine.CheckOperations(register, operations) {
			panic("expected a linearizable history")
		}
		times[i] = time.Since(started).Nanoseconds()
	}
	sort.Slice(times, func(a, b int) bool { return times[a] < times[b] })
	fmt.Println(times[rounds/2])
}
