// Names the package whose own benchmark, BenchmarkProposal3Nodes, is run; nothing of it is called.
package etcd

import _ "go.etcd.io/raft/v3/rafttest"
