//! The grid of overlapping tiles.

use pc15_sys as sys;

use crate::{Error, Format, Image, ImageMut, ImageRef, Region, Result, Status, raw};

/// `INVALID_ARGUMENT` for all but one plane.
pub(crate) fn need_plane(format: Format) -> Result<()> {
    if format == Format::Y {
        return Ok(());
    }
    Err(Error::new(Status::INVALID_ARGUMENT, format!("a plane of 8-bit samples (Format::Y) is needed, not {format:?}")))
}

/// A grid of overlapping tiles over a picture. Tile (col, row) begins at (col, row) x (tile - overlap).
///
/// ```
/// let grid = pc15::Grid::new(100, 60, 32, 8)?;
/// assert_eq!((grid.cols(), grid.rows()), (4, 3));
/// # Ok::<(), pc15::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Grid(sys::pc15_grid);

impl Grid {
    /// A grid over `width` x `height` pixels with tiles of side `tile`.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`]: sides 1 to 65535, tile 32 to 1024, overlap 0 to tile / 2, all in pixels.
    pub fn new(width: u32, height: u32, tile: u32, overlap: u32) -> Result<Grid> {
        raw::grid(width, height, tile, overlap).map(Grid)
    }

    /// Tiles in a row.
    pub fn cols(&self) -> u32 {
        self.0.cols
    }

    /// Rows of tiles.
    pub fn rows(&self) -> u32 {
        self.0.rows
    }

    /// Tiles in all.
    pub fn count(&self) -> u64 {
        self.0.count
    }

    /// The part of tile `index` (scan order) inside the picture.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`].
    pub fn tile(&self, index: u64) -> Result<Region> {
        raw::grid_tile(&self.0, index).map(|[x, y, width, height]| Region::new(x, y, width, height))
    }

    /// Cuts a plane into `count` patches of tile x tile bytes, one after another; beyond the border of the picture the
    /// last row and column repeat. Thread: any.
    ///
    /// # Errors
    /// [`Status::INVALID_ARGUMENT`]: the plane is not that of the grid, a stride, too few bytes. `NO_MEMORY`.
    pub fn extract<'a>(&self, plane: impl Into<ImageRef<'a>>) -> Result<Vec<u8>> {
        let plane = plane.into();
        need_plane(plane.format())?;
        self.need_size(plane.width(), plane.height())?;
        raw::extract(&self.0, &plane)
    }

    /// Joins patches with the Hann weights of the decoder. Patches that agree where they overlap come back exactly.
    /// Thread: any.
    ///
    /// # Errors
    /// [`Status::INVALID_ARGUMENT`]: patches that are not those of the grid. `NO_MEMORY`.
    pub fn blend(&self, patches: &[u8]) -> Result<Image> {
        let mut image = Image::zeroed(Format::Y, self.0.width, self.0.height)?;
        self.blend_into(patches, image.as_image_mut())?;
        Ok(image)
    }

    /// As [`blend`](Grid::blend), into a plane of yours.
    ///
    /// # Errors
    /// As `blend`; also `INVALID_ARGUMENT` for a plane that is not that of the grid, `DST_TOO_SMALL`.
    pub fn blend_into<'a>(&self, patches: &[u8], plane: impl Into<ImageMut<'a>>) -> Result<()> {
        let mut plane = plane.into();
        need_plane(plane.format())?;
        self.need_size(plane.width(), plane.height())?;
        raw::blend(&self.0, patches, &mut plane)
    }

    fn need_size(&self, width: u32, height: u32) -> Result<()> {
        if (width, height) == (self.0.width, self.0.height) {
            return Ok(());
        }
        let text = format!("the grid is for {} x {} pixels, not {width} x {height}", self.0.width, self.0.height);
        Err(Error::new(Status::INVALID_ARGUMENT, text))
    }
}
