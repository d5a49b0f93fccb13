module leaderlab/etcd

go 1.26

require go.etcd.io/raft/v3 v3.7.0
