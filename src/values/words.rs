//! Words that partners and opportunities share, so that the two can be compared.

use super::choices;

choices! {
    /// From which side a person knows the NHS. One person can have several.
    pub enum Perspective {
        /// Uses it.
        ServiceUser,
        /// Used it in the past.
        FormerServiceUser,
        /// Cares for somebody without being paid.
        Carer,
        /// Belongs to the family of somebody who uses it.
        FamilyMember,
        /// Has lost somebody close.
        BereavedRelative,
        /// A member of the public.
        Public,
        /// Works in it.
        Staff,
        /// Speaks for a voluntary, community or social enterprise organisation.
        VcseRepresentative,
        /// A child or young person.
        YoungPerson,
    }
}

choices! {
    /// How people take part.
    pub enum Mode {
        /// In one room.
        InPerson,
        /// Over the internet.
        Online,
        /// Some in the room, some online.
        Hybrid,
        /// By telephone.
        Phone,
        /// By post.
        Post,
    }
}

choices! {
    /// A day of the week.
    pub enum Weekday {
        /// Monday.
        Monday,
        /// Tuesday.
        Tuesday,
        /// Wednesday.
        Wednesday,
        /// Thursday.
        Thursday,
        /// Friday.
        Friday,
        /// Saturday.
        Saturday,
        /// Sunday.
        Sunday,
    }
}

choices! {
    /// A part of the day.
    pub enum DayPart {
        /// Before noon.
        Morning,
        /// From noon to five.
        Afternoon,
        /// After five.
        Evening,
    }
}
