//! What a repair did.

/// What [`Decoder::repair`](crate::Decoder::repair) kept and lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct RepairReport {
    /// Whether nothing is lost: the new file is the old one as it was before the damage.
    pub complete: bool,
    /// Whether both copies of the index were damaged; metadata and models went with them.
    pub index_rebuilt: bool,
    /// Cells of the residual.
    pub cells: u32,
    /// Those that show the procedural picture now.
    pub cells_lost: u32,
    /// Records of programs: the image-wide one and the groups of tiles.
    pub programs: u32,
    /// Those that are lost.
    pub programs_lost: u32,
    /// Lost sections of metadata and models, when the index was not lost.
    pub sections_lost: u32,
}

impl RepairReport {
    pub(crate) fn new(raw: &pc15_sys::pc15_repair_report, complete: bool) -> RepairReport {
        RepairReport {
            complete,
            index_rebuilt: raw.index_rebuilt != 0,
            cells: raw.cells,
            cells_lost: raw.cells_lost,
            programs: raw.programs,
            programs_lost: raw.programs_lost,
            sections_lost: raw.sections_lost,
        }
    }
}
