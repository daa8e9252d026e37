//! The chapters: their names, what they show, and what of the others they need.

use clap::ValueEnum;

/// One chapter of the tour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Chapter {
    /// A cluster, a region service, and the certificates between them.
    World,
    /// A call on behalf of a user.
    User,
    /// A call from a controller.
    Controller,
    /// A network is kept while something uses it.
    References,
    /// Certificates and trust rotate under load.
    Rotation,
    /// A forged principal.
    Spoof,
    /// A fleet appears, changes, and nobody writes into the wrong cluster.
    Fleet,
    /// What the clusters hold is declared once, and stays so.
    Resources,
    /// Clusters are born once, whoever dies on the way.
    Clusters,
    /// GitHub is asked once for what a hundred callers want.
    Github,
    /// Your cluster and your region service.
    #[value(skip)]
    Outside,
}

/// Which chapters are told.
#[derive(Debug)]
pub(crate) struct Chosen(Vec<Chapter>);

// === impl Chapter ===

impl Chapter {
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::World => "A cluster, a region service, and the certificates between them",
            Self::User => "A call on behalf of a user",
            Self::Controller => "A call from a controller",
            Self::References => "A network is kept while something uses it",
            Self::Rotation => "Certificates and trust rotate under load",
            Self::Spoof => "A forged principal",
            Self::Fleet => "A fleet appears, changes, and nobody writes into the wrong cluster",
            Self::Resources => "What the clusters hold is declared once, and stays so",
            Self::Clusters => "Clusters are born once, whoever dies on the way",
            Self::Github => "GitHub is asked once for what a hundred callers want",
            Self::Outside => "Your cluster and your region service",
        }
    }

    /// As it is given to `--chapter`.
    pub(crate) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// Whether it plays in the world of the first chapter.
    const fn needs_world(self) -> bool {
        !matches!(self, Self::Resources | Self::Clusters | Self::Github | Self::Outside)
    }
}

// === impl Chosen ===

impl Chosen {
    /// These, or all of them when there are none.
    pub(crate) fn of(chapters: Vec<Chapter>) -> Self {
        Self(if chapters.is_empty() { Chapter::value_variants().to_vec() } else { chapters })
    }

    pub(crate) fn has(&self, chapter: Chapter) -> bool {
        self.0.contains(&chapter)
    }

    /// Whether a chapter has to run: it was chosen, or a chosen one goes on from it.
    pub(crate) fn needs(&self, chapter: Chapter) -> bool {
        self.has(chapter)
            || match chapter {
                Chapter::World => self.0.iter().any(|chosen| chosen.needs_world()),
                Chapter::User => self.has(Chapter::Controller) || self.has(Chapter::References),
                _ => false,
            }
    }
}
