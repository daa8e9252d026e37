//! Which item waits for which: stages within a cluster, and edges between items, as one graph. Plain functions.

use std::collections::HashMap;

use crate::id::{ClusterName, ObjectId};
use crate::plan::{Action, PlanItem};

/// What waits for what. Items are known by their place in the plan.
#[derive(Debug)]
pub(super) struct Graph {
    /// How many must be done before a node; items first, then barriers.
    waits: Vec<u32>,
    /// Who waits for a node.
    dependants: Vec<Vec<Edge>>,
    items: usize,
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    to: usize,
    /// Whether the failure of one is the failure of the other. Stages only order.
    needs: bool,
}

/// What became possible or impossible when an item was done.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Freed {
    /// Items that may begin.
    pub(super) ready: Vec<usize>,
    /// Items that will not be tried, each with the one that failed.
    pub(super) given_up: Vec<(usize, usize)>,
}

/// The progress through a graph.
#[derive(Debug)]
pub(super) struct Progress {
    graph: Graph,
    /// Why a node will not be tried: the item that failed.
    lost: Vec<Option<usize>>,
    done: Vec<bool>,
}

/// When an item's turn is within its cluster: what is applied comes before what is restarted, released, and deleted; deletions go
/// through the stages backwards.
fn turn(item: &PlanItem) -> u16 {
    let stage = u16::from(item.stage);
    match item.action {
        Action::Restart => 0x100 + stage,
        Action::Detach => 0x200 + stage,
        Action::Delete => 0x3ff - stage,
        _ => stage,
    }
}

impl Graph {
    /// The graph of a plan, with its stages or with what needs what alone. Items that write nothing wait for nothing.
    pub(super) fn new(items: &[PlanItem], stages: bool) -> Self {
        let mut place: HashMap<&ObjectId, usize> = HashMap::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            // A restart has the id of its workload, which is what others mean.
            if item.action != Action::Restart || !place.contains_key(&item.id) {
                place.insert(&item.id, at);
            }
        }
        let edges: Vec<Vec<usize>> = items
            .iter()
            .enumerate()
            .map(|(at, item)| {
                let before = item.after.iter().filter_map(|id| place.get(id).copied());
                if item.action.writes() { before.filter(|before| *before != at).collect() } else { Vec::new() }
            })
            .collect();
        let turns = settled_turns(items, &edges);
        let mut graph =
            Self { waits: vec![0; items.len()], dependants: vec![Vec::new(); items.len()], items: items.len() };
        for (to, before) in edges.iter().enumerate() {
            for &from in before {
                graph.connect(from, to, true);
            }
        }
        if !stages {
            return graph;
        }
        let mut stages: HashMap<&ClusterName, Vec<(u16, usize)>> = HashMap::new();
        for (at, item) in items.iter().enumerate().filter(|(_, item)| item.action.writes()) {
            stages.entry(&item.id.cluster).or_default().push((turns[at], at));
        }
        let mut stages: Vec<_> = stages.into_iter().collect();
        stages.sort_unstable_by_key(|(cluster, _)| *cluster);
        for (_, mut of_cluster) in stages {
            of_cluster.sort_unstable();
            let groups: Vec<&[(u16, usize)]> = of_cluster.chunk_by(|one, other| one.0 == other.0).collect();
            for pair in groups.windows(2) {
                let barrier = graph.barrier();
                for &(_, from) in pair[0] {
                    graph.connect(from, barrier, false);
                }
                for &(_, to) in pair[1] {
                    graph.connect(barrier, to, false);
                }
            }
        }
        graph
    }

    fn barrier(&mut self) -> usize {
        self.waits.push(0);
        self.dependants.push(Vec::new());
        self.waits.len() - 1
    }

    fn connect(&mut self, from: usize, to: usize, needs: bool) {
        self.waits[to] += 1;
        self.dependants[from].push(Edge { to, needs });
    }
}

/// An item that waits for one of a later stage moves to that stage.
fn settled_turns(items: &[PlanItem], edges: &[Vec<usize>]) -> Vec<u16> {
    let mut turns: Vec<u16> = items.iter().map(turn).collect();
    // Each round settles at least one more step of every chain; a circle ends with the rounds.
    for _ in 0..items.len() {
        let mut moved = false;
        for (to, before) in edges.iter().enumerate() {
            let same = before.iter().filter(|from| items[**from].id.cluster == items[to].id.cluster);
            if let Some(latest) = same.map(|from| turns[*from]).max().filter(|latest| *latest > turns[to]) {
                turns[to] = latest;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    turns
}

impl Progress {
    pub(super) fn new(graph: Graph) -> Self {
        let nodes = graph.waits.len();
        Self { graph, lost: vec![None; nodes], done: vec![false; nodes] }
    }

    /// Items that are part of a circle, or behind one: they never may begin.
    pub(super) fn circles(&self) -> Vec<usize> {
        let mut waits = self.graph.waits.clone();
        let mut free: Vec<usize> = (0..waits.len()).filter(|node| waits[*node] == 0).collect();
        while let Some(node) = free.pop() {
            for edge in &self.graph.dependants[node] {
                waits[edge.to] -= 1;
                if waits[edge.to] == 0 {
                    free.push(edge.to);
                }
            }
        }
        (0..self.graph.items).filter(|item| waits[*item] > 0).collect()
    }

    /// What may begin before anything is done.
    pub(super) fn start(&self) -> Vec<usize> {
        (0..self.graph.items).filter(|at| self.graph.waits[*at] == 0).collect()
    }

    /// An item is done, well or not.
    pub(super) fn finish(&mut self, item: usize, well: bool) -> Freed {
        let mut freed = Freed::default();
        if self.done[item] {
            return freed;
        }
        if !well {
            self.lost[item] = Some(item);
        }
        let mut finished = vec![item];
        while let Some(node) = finished.pop() {
            self.done[node] = true;
            for Edge { to, needs } in std::mem::take(&mut self.graph.dependants[node]) {
                if needs && self.lost[to].is_none() {
                    self.lost[to] = self.lost[node];
                }
                self.graph.waits[to] -= 1;
                if self.graph.waits[to] > 0 || self.done[to] {
                    continue;
                }
                match self.lost[to] {
                    _ if to >= self.graph.items => finished.push(to),
                    None => freed.ready.push(to),
                    Some(because) => {
                        freed.given_up.push((to, because));
                        finished.push(to);
                    }
                }
            }
        }
        freed.ready.sort_unstable();
        freed.given_up.sort_unstable();
        freed
    }
}

#[cfg(test)]
mod tests;
