//! Ways through the bot: boxes that no way leads to, and circles in which nobody is asked.
use super::Validator;
use crate::{
    FindingCode,
    boxes::{Settings, Use},
    condition::{Condition, Operator},
};
use std::sync::Arc;

pub(super) fn check(it: &mut Validator<'_>) {
    let ways: Vec<Ways> = (0..it.doc.boxes.len())
        .map(|at| ways_from(it, at))
        .collect();
    unreachable(it, &ways);
    endless(it, &ways);
}

/// Where a box leads.
#[derive(Default)]
struct Ways {
    /// By links.
    links: Vec<usize>,
    /// By a jump.
    jump: Option<usize>,
    /// By links that are followed without anybody being asked or anything waited for.
    at_once: Vec<usize>,
    /// Whether the links are followed only when a jump comes back.
    returns: bool,
    /// Whether the session may end or return here at once.
    ends: bool,
}

fn ways_from(it: &Validator<'_>, at: usize) -> Ways {
    let target = |number: &usize| it.index.get(it.doc.links[*number].to.as_str()).copied();
    let links: Vec<usize> = it.out[at].iter().filter_map(target).collect();
    // A box that could not be read is not accused of anything.
    let Some(read) = it.read(at) else {
        return Ways {
            links,
            ..Ways::default()
        };
    };
    let settings = read.settings.as_box();
    let mut jump = None;
    let mut to_bot = false;
    settings.uses(&mut |used| match used {
        Use::Box(id) => jump = it.index.get(id).copied(),
        Use::Bot(_) => to_bot = true,
        _ => {}
    });
    let at_once = if read.question.is_some() || settings.pauses() || to_bot || !settings.leaves() {
        vec![]
    } else if matches!(*read.settings, Settings::HandOff(_)) {
        // Only when nobody is there nobody is waited for.
        let nobody = |number: &&usize| {
            let when: Option<&Arc<Condition>> = it.doc.links[**number].when.as_ref();
            when.and_then(|it| it.leaf())
                .is_some_and(|it| it.op == Operator::NoAgent)
        };
        it.out[at]
            .iter()
            .filter(nobody)
            .filter_map(target)
            .collect()
    } else {
        links.clone()
    };
    let ends = matches!(*read.settings, Settings::End(_));
    Ways {
        links,
        jump,
        at_once,
        returns: jump.is_some() && settings.leaves(),
        ends,
    }
}

fn unreachable(it: &mut Validator<'_>, ways: &[Ways]) {
    let Some(start) = it.index.get(it.doc.start.as_str()).copied() else {
        return;
    };
    let mut reached = vec![false; ways.len()];
    reached[start] = true;
    let mut open = vec![start];
    while let Some(at) = open.pop() {
        for next in ways[at].links.iter().copied().chain(ways[at].jump) {
            if !std::mem::replace(&mut reached[next], true) {
                open.push(next);
            }
        }
    }
    for at in (0..ways.len()).filter(|at| !reached[*at]) {
        it.box_finding(FindingCode::UnreachableBox, at, "No way leads to this box.");
    }
}

fn endless(it: &mut Validator<'_>, ways: &[Ways]) {
    let comes_back = comes_back(ways);
    let edges: Vec<Vec<usize>> = ways
        .iter()
        .map(|it| {
            // The links of a jump with return are followed at once only if nobody is asked over there.
            let passes = !it.returns || it.jump.is_some_and(|to| comes_back[to]);
            it.at_once
                .iter()
                .copied()
                .filter(|_| passes)
                .chain(it.jump)
                .collect()
        })
        .collect();
    for circle in circles(&edges) {
        let ids: Vec<&str> = circle
            .iter()
            .take(5)
            .map(|at| it.doc.boxes[*at].id.as_str())
            .collect();
        let more = if circle.len() > 5 { ", …" } else { "" };
        let message = format!(
            "These boxes lead in a circle in which nobody is asked and nothing is waited for: {}{more}. Put a question or a `wait` into it.",
            ids.join(", ")
        );
        it.box_finding(FindingCode::EndlessLoop, circle[0], message);
    }
}

/// From which boxes an end is reached without anybody being asked.
fn comes_back(ways: &[Ways]) -> Vec<bool> {
    let mut into: Vec<Vec<usize>> = vec![vec![]; ways.len()];
    for (at, it) in ways.iter().enumerate() {
        for next in it.at_once.iter().copied().chain(it.jump) {
            into[next].push(at);
        }
    }
    let mut reached: Vec<bool> = ways.iter().map(|it| it.ends).collect();
    let mut open: Vec<usize> = (0..ways.len()).filter(|at| reached[*at]).collect();
    while let Some(at) = open.pop() {
        for before in &into[at] {
            if !std::mem::replace(&mut reached[*before], true) {
                open.push(*before);
            }
        }
    }
    reached
}

/// The circles of a graph: Tarjan's strongly connected components that have an inner edge, each sorted, without recursion.
fn circles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut order = vec![NEW; edges.len()];
    let mut low = vec![0; edges.len()];
    let mut on_stack = vec![false; edges.len()];
    let mut stack = vec![];
    let mut next_order = 0;
    let mut found = vec![];
    // The boxes on the way, each with the number of the edge to look at next.
    let mut way: Vec<(usize, usize)> = vec![];
    for root in 0..edges.len() {
        if order[root] != NEW {
            continue;
        }
        way.push((root, 0));
        while let Some((at, edge)) = way.last_mut() {
            let at = *at;
            if *edge == 0 && order[at] == NEW {
                order[at] = next_order;
                low[at] = next_order;
                next_order += 1;
                stack.push(at);
                on_stack[at] = true;
            }
            if let Some(next) = edges[at].get(*edge).copied() {
                *edge += 1;
                if order[next] == NEW {
                    way.push((next, 0));
                } else if on_stack[next] {
                    low[at] = low[at].min(order[next]);
                }
                continue;
            }
            way.pop();
            if let Some((before, _)) = way.last() {
                low[*before] = low[*before].min(low[at]);
            }
            if low[at] == order[at] {
                let mut component = vec![];
                while let Some(it) = stack.pop() {
                    on_stack[it] = false;
                    component.push(it);
                    if it == at {
                        break;
                    }
                }
                component.sort_unstable();
                if component.len() > 1 || edges[at].contains(&at) {
                    found.push(component);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_and_long_ways_do_not_overflow() {
        assert_eq!(
            circles(&[vec![1], vec![2], vec![1, 3], vec![]]),
            vec![vec![1, 2]]
        );
        assert_eq!(circles(&[vec![0], vec![2], vec![]]), vec![vec![0]]);
        assert!(circles(&[vec![1, 2], vec![2], vec![]]).is_empty());
        let mut long: Vec<Vec<usize>> = (1..100_000).map(|it| vec![it]).collect();
        long.push(vec![]);
        assert!(circles(&long).is_empty());
        long[99_999].push(0);
        assert_eq!(circles(&long).len(), 1);
    }
}
