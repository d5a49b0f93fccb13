import { bullyMutants } from "../election/bully.mutants.js";
import { bullyElection } from "../election/bully.promises.js";
import { changRobertsMutants } from "../election/changRoberts.mutants.js";
import { changRobertsRing } from "../election/changRoberts.promises.js";
import { gossipElectionLiteral } from "../election/gossipElection.promises.js";
import { gossipElectionMutants } from "../election/gossipElectionRepaired.mutants.js";
import { gossipElectionRepairedPromises } from "../election/gossipElectionRepaired.promises.js";
import { antiEntropyMutants } from "../gossip/antiEntropy/antiEntropy.mutants.js";
import { antiEntropyFull } from "../gossip/antiEntropy/counters.promises.js";
import { antiEntropyDelta, antiEntropyMerkle } from "../gossip/antiEntropy/dotted.promises.js";
import { antiEntropyDigest } from "../gossip/antiEntropy/stamped.promises.js";
import type { Declaration, Mutant } from "../promises.js";
import { multiPaxosMutants } from "../replication/paxos/multiPaxos.mutants.js";
import { multiPaxosFlexible, multiPaxosLog } from "../replication/paxos/multiPaxos.promises.js";
import { onePhaseMutants, onePhasePaxos } from "../replication/paxos/onePhase.promises.js";
import { singleDecreeMutants } from "../replication/paxos/singleDecree.mutants.js";
import { flexiblePaxos, singleDecreePaxos } from "../replication/paxos/singleDecree.promises.js";
import { primaryBackupMutants } from "../replication/primaryBackup/primaryBackup.mutants.js";
import { primaryBackupAsynchronous, primaryBackupMajority, primaryBackupSynchronous } from "../replication/primaryBackup/primaryBackup.promises.js";
import { raftExtensionMutants } from "../replication/raft/extensions.mutants.js";
import { raftMembers } from "../replication/raft/membership.promises.js";
import { pseudoCodeMutants } from "../replication/raft/pseudoCode/pseudoCode.mutants.js";
import { pseudoCodeCompleted } from "../replication/raft/pseudoCode/pseudoCode.promises.js";
import { raftElectionMutants } from "../replication/raft/raft.mutants.js";
import { raftElection, raftElectionStable } from "../replication/raft/raft.promises.js";
import { raftLease, raftReadIndex } from "../replication/raft/reads.promises.js";
import { raftReplicationMutants } from "../replication/raft/replication.mutants.js";
import { raftReplication, raftReplicationStable } from "../replication/raft/replication.promises.js";
import { raftSnapshots } from "../replication/raft/snapshots.promises.js";
import { twoCopyMutants } from "../replication/twoCopyRegister.mutants.js";
import { twoCopyAtOnce, twoCopyWaiting } from "../replication/twoCopyRegister.promises.js";
import { surveyedZabMutants, surveyedZabRepaired } from "../replication/zab/surveyed.promises.js";
import { zabMutants } from "../replication/zab/zab.mutants.js";
import { zabBroadcast, zabByOracle, zabWithObserver } from "../replication/zab/zab.promises.js";
import { coordinationMutants } from "../systems/coordination/coordination.mutants.js";
import { coordinationLock, coordinationRecipes } from "../systems/coordination/coordination.promises.js";

/** Every engine that declares what it promises, in the order of the chapters. */
export const engines: readonly Declaration<any>[] = [gossipElectionLiteral, gossipElectionRepairedPromises, bullyElection, changRobertsRing, raftElection, raftElectionStable, raftReplication, raftReplicationStable, raftSnapshots, raftMembers, raftReadIndex, raftLease, pseudoCodeCompleted, onePhasePaxos, singleDecreePaxos, flexiblePaxos, multiPaxosLog, multiPaxosFlexible, zabBroadcast, zabWithObserver, zabByOracle, surveyedZabRepaired, coordinationLock, coordinationRecipes, primaryBackupSynchronous, primaryBackupMajority, primaryBackupAsynchronous, twoCopyAtOnce, twoCopyWaiting, antiEntropyFull, antiEntropyDigest, antiEntropyMerkle, antiEntropyDelta];

/** Every engine with a rule broken. */
export const mutants: readonly Mutant<any>[] = [...gossipElectionMutants, ...bullyMutants, ...changRobertsMutants, ...raftElectionMutants, ...raftReplicationMutants, ...raftExtensionMutants, ...pseudoCodeMutants, ...onePhaseMutants, ...singleDecreeMutants, ...multiPaxosMutants, ...zabMutants, ...surveyedZabMutants, ...coordinationMutants, ...primaryBackupMutants, ...twoCopyMutants, ...antiEntropyMutants];
