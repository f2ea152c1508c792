//! The map as plain values that a page draws: whole numbers, and nobody's name.

use std::collections::BTreeMap;

use super::{Id, Map, Withheld};

/// The map in a square of `size` units. Captions, the table beside it and all words are the page's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// How wide and high it is.
    pub size: i32,
    /// Where people stand; those whom no group has are not drawn.
    pub dots: Vec<Dot>,
    /// One for each group, in the order of the map's groups.
    pub outlines: Vec<Outline>,
}

/// A spot where people of one group stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // x to the right, y downwards
pub struct Dot {
    pub x: i32,
    pub y: i32,
    /// The place of their group among the map's groups.
    pub group: usize,
    /// How many stand there.
    pub people: u32,
}

/// The smallest convex shape around a group. Two corners make a line, one makes a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The group, as the map names it.
    pub group: Id,
    /// How many people it has.
    pub people: u32,
    /// Its corners in order.
    pub corners: Vec<(i32, i32)>,
    /// Where its label may stand: the middle of its people.
    pub middle: (i32, i32),
}

/// Draws a map into a square of `size` units, leaving a twentieth free on each side.
///
/// # Errors
/// If the map is not to be shown; there is no way around it.
pub fn draw(map: &Map, size: u16) -> Result<Drawing, Withheld> {
    if let Some(withheld) = map.withheld {
        return Err(withheld);
    }
    let places: BTreeMap<&Id, usize> = map.groups.iter().enumerate().map(|(at, group)| (&group.group, at)).collect();
    let people: Vec<([f64; 2], usize)> = map
        .participants
        .iter()
        .filter_map(|person| Some(([person.x, person.y], *places.get(person.group.as_ref()?)?)))
        .collect();
    let frame = Frame::around(people.iter().map(|(point, _)| *point), size);

    let mut spots: BTreeMap<(usize, i32, i32), u32> = BTreeMap::new();
    for (point, group) in &people {
        let (x, y) = frame.place(*point);
        *spots.entry((*group, x, y)).or_default() += 1;
    }
    let outline = |(at, group): (usize, &super::Group)| {
        let own = || people.iter().filter(|(_, group)| *group == at).map(|(point, _)| *point);
        let number = f64::from(group.size.max(1));
        let middle = own().fold([0.0, 0.0], |sum, point| [sum[0] + point[0] / number, sum[1] + point[1] / number]);
        let corners: Vec<(i32, i32)> = own().map(|point| frame.place(point)).collect();
        Outline { group: group.group.clone(), people: group.size, corners: hull(corners), middle: frame.place(middle) }
    };
    Ok(Drawing {
        size: i32::from(size),
        dots: spots.into_iter().map(|((group, x, y), people)| Dot { x, y, group, people }).collect(),
        outlines: map.groups.iter().enumerate().map(outline).collect(),
    })
}

/// How the plane of the map is laid into the square: the same scale both ways, upwards turned down.
struct Frame {
    middle: [f64; 2],
    scale: f64,
    size: f64,
}

impl Frame {
    fn around(points: impl Iterator<Item = [f64; 2]>, size: u16) -> Self {
        let mut low = [f64::INFINITY; 2];
        let mut high = [f64::NEG_INFINITY; 2];
        for point in points {
            for axis in [0, 1] {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        let size = f64::from(size);
        let extent = (high[0] - low[0]).max(high[1] - low[1]);
        let scale = if 0.0 < extent { size * 0.9 / extent } else { 1.0 };
        Self { middle: [low[0] / 2.0 + high[0] / 2.0, low[1] / 2.0 + high[1] / 2.0], scale, size }
    }

    #[allow(clippy::cast_possible_truncation, reason = "a point of the frame lies between 0 and 65,535")]
    fn place(&self, point: [f64; 2]) -> (i32, i32) {
        let half = self.size / 2.0;
        let x = half + (point[0] - self.middle[0]) * self.scale;
        let y = half - (point[1] - self.middle[1]) * self.scale;
        (x.round() as i32, y.round() as i32)
    }
}

/// The corners of the convex hull, counter-clockwise as a page sees them, by monotone chain.
fn hull(mut points: Vec<(i32, i32)>) -> Vec<(i32, i32)> {
    points.sort_unstable();
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let chain = |points: &mut dyn Iterator<Item = (i32, i32)>| {
        let mut chain: Vec<(i32, i32)> = Vec::new();
        for point in points {
            while let [.., before, last] = chain[..]
                && turn(before, last, point) <= 0
            {
                chain.pop();
            }
            chain.push(point);
        }
        // The other chain begins with it.
        chain.pop();
        chain
    };
    let mut corners = chain(&mut points.iter().copied());
    corners.extend(chain(&mut points.iter().rev().copied()));
    corners
}

/// Twice the area of a triangle: positive if its corners turn one way, zero if they are in a line.
fn turn(one: (i32, i32), two: (i32, i32), three: (i32, i32)) -> i64 {
    let side =
        |from: (i32, i32), to: (i32, i32)| (i64::from(to.0) - i64::from(from.0), i64::from(to.1) - i64::from(from.1));
    let (first, second) = (side(one, two), side(one, three));
    first.0 * second.1 - first.1 * second.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hull_has_only_its_corners() {
        let square = vec![(0, 0), (5, 0), (10, 0), (10, 10), (0, 10), (5, 5), (0, 10)];
        assert_eq!(hull(square), [(0, 0), (10, 0), (10, 10), (0, 10)]);
        assert_eq!(hull(vec![(3, 3), (1, 1), (2, 2)]), [(1, 1), (3, 3)]);
        assert_eq!(hull(vec![(4, 4), (4, 4)]), [(4, 4)]);
        assert_eq!(hull(vec![]), []);
    }
}
