//! One election in one term, as in explore.mjs: whoever's timer fires asks for votes, unless it has voted already; a vote
//! is given once. `leaderlab-stateright NODES THREADS` explores it to the end, breadth first, and prints how many states
//! were different, how many were generated, and the seconds it took.
use stateright::actor::{model_peers, model_timeout, Actor, ActorModel, Id, Network, Out};
use stateright::{Checker, Expectation, Model};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Instant;

#[derive(Clone, Debug, Eq, Hash, PartialEq, PartialOrd, Ord)]
enum Message {
    Request,
    Reply { granted: bool },
    Lead,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq, PartialOrd, Ord)]
enum Timer {
    Stand,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Voter {
    voted_for: Option<Id>,
    votes: BTreeSet<Id>,
    refusals: u32,
    leads: bool,
    leader: Option<Id>,
    late: bool,
}

#[derive(Clone)]
struct Member {
    peers: Vec<Id>,
}

impl Actor for Member {
    type Msg = Message;
    type State = Voter;
    type Timer = Timer;
    type Random = ();
    type Storage = ();

    fn on_start(&self, _id: Id, _storage: &Option<()>, out: &mut Out<Self>) -> Voter {
        out.set_timer(Timer::Stand, model_timeout());
        Voter { voted_for: None, votes: BTreeSet::new(), refusals: 0, leads: false, leader: None, late: false }
    }

    fn on_timeout(&self, id: Id, state: &mut Cow<Voter>, _timer: &Timer, out: &mut Out<Self>) {
        let state = state.to_mut();
        if state.voted_for.is_some() {
            // Noted, because stateright's fingerprints do not tell whose timers are still set.
            state.late = true;
            return;
        }
        state.voted_for = Some(id);
        state.votes.insert(id);
        out.broadcast(&self.peers, &Message::Request);
    }

    fn on_msg(&self, id: Id, state: &mut Cow<Voter>, from: Id, message: Message, out: &mut Out<Self>) {
        let state = state.to_mut();
        match message {
            Message::Request => {
                let granted = state.voted_for.is_none();
                if granted {
                    state.voted_for = Some(from);
                }
                out.send(from, Message::Reply { granted });
            }
            Message::Reply { granted: false } => state.refusals += 1,
            Message::Reply { granted: true } => {
                state.votes.insert(from);
                if !state.leads && 2 * state.votes.len() > self.peers.len() + 1 {
                    state.leads = true;
                    state.leader = Some(id);
                    out.broadcast(&self.peers, &Message::Lead);
                }
            }
            Message::Lead => state.leader = Some(from),
        }
    }
}

fn main() {
    let arguments: Vec<usize> = std::env::args().skip(1).map(|text| text.parse().expect("NODES THREADS")).collect();
    let (nodes, threads) = (arguments[0], arguments[1]);
    let model = ActorModel::<Member, (), ()>::new((), ())
        .actors((0..nodes).map(|i| Member { peers: model_peers(i, nodes) }))
        .init_network(Network::new_unordered_nonduplicating([]))
        .property(Expectation::Always, "at most one leader", |_, state| state.actor_states.iter().filter(|actor| actor.leads).count() <= 1);
    let started = Instant::now();
    let checker = model.checker().threads(threads).spawn_bfs().join();
    let seconds = started.elapsed().as_secs_f64();
    checker.assert_no_discovery("at most one leader");
    println!("{} {} {}", checker.unique_state_count(), checker.state_count(), seconds);
}
