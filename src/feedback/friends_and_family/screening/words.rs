//! The words by which comments are screened.

/// Whether a list has a word, which is in small letters.
pub fn has(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one == word)
}

/// Whatever follows these with a capital letter is taken for a name.
pub const BEFORE_NAMES: &str = "called consultant doctor dr hca matron midwife miss mr mrs ms named nurse paramedic physio porter prof \
    professor receptionist regards signed sincerely sister sr surgeon";

/// Titles that a name follows in small letters too, where another word than these does not.
pub const TITLES: &str = "dr mr mrs";

/// Words that follow "dr" and are no names.
pub const AFTER_TITLES: &str = "about actually advised again agreed all almost also always and another answered any appeared     appointment appointments arranged arrived as asked asks assumed at away back because been before began but by     called calls came can can't cannot cared changed checked come comes could couldn't decided did didn't diagnosed     didnt discharged discussed do does doesn't done dont either even eventually ever examined explained failed felt     finally find for forgot found from gave get gets give given gives giving goes going got great had hadn't half has     hasn't have haven't having he helped here him his how however i if ignored in informed insisted into is isn't it     its just kept knew know knows later laughed left letter like listened listens looked looking looks made make     makes may me might missed must my needed needs never no not nothing now of off offered office on once one only     or ordered our out over phoned prescribed promised put rang read really refused referred replied rushed said saw     saying says seemed seems seen sees sent she should shouldn't simply so some soon sorted speaking spoke started     still stopped suggested surgeries talked talking telling tells than that that's the their them then there these     they this thought to told too took tried turned twice understood until up used very visit visited visits waited     walked wanted wants was wasn't we went were what when where which while who will with without won't wonderful     would wouldn't writes wrote yesterday you your";

/// Relatives: a name that follows one is that of a person.
pub const RELATIVES: &str = "aunt auntie boyfriend brother carer cousin dad daughter father fiance friend girlfriend gran grandad \
    granddaughter grandfather grandma grandmother grandson husband mother mum nan neighbour nephew niece partner \
    son uncle wife";

/// First names that many people in England have, of many origins. Those that are words as well ("Will", "Grace",
/// "May") are left out: what surrounds them has to tell.
pub const FIRST_NAMES: &str = "aaliyah aaron abdul abigail adam adebayo agnes ahmed aisha alan albert alex alexander alfie ali alice alison \
    amanda amelia amina amir amy andrea andrew angela anita ann anna anne anthony arthur ashley barbara beatrice \
    ben benjamin bernard beth betty brenda brian bridget callum carl carol caroline catherine charles charlie \
    charlotte chinedu chloe chris christine christopher claire colin craig daniel danielle darren dave david \
    dean debbie deborah denise dennis derek diane donald donna doreen dorothy douglas duncan edith edward eileen \
    elaine eleanor elizabeth ella ellen emily emma eric ethan evelyn fatima fiona florence francis fred freya \
    gary gavin gemma geoff geoffrey george gillian gordon graham gurpreet hannah harold harpreet harriet harry \
    hassan hazel heather helen henry hilary hussain ian ibrahim imran irene isabella isla jack jacob jacqueline \
    jake james jamie jane janet jason jayne jean jennifer jenny jessica jill jim joan joanne joe john jonathan \
    joseph josh joshua joyce judith julia julie june karen karl kate katherine kathleen katie keith kelly ken \
    kenneth kerry kevin khadija kieran kirsty kwame laura lauren lee leon leonard lesley lewis liam linda lisa \
    liz lorraine louise lucy luke lynn malcolm margaret maria marian marie marion martin mary matthew maureen \
    megan mei michael michelle mike mohamed mohammed molly moses muhammad nadia nasreen natalie neil ngozi \
    nicholas nicola nigel noah nora norman oliver olivia olu omar oscar pamela patricia paul paula pauline peter \
    philip phoebe priya rachel raj rajesh ralph raymond rebecca rhys richard rita robert robin roger ronald \
    rosemary ruth ryan saima sally sam samantha samuel sandra sanjay sara sarah scott sean shamima sharon sheila \
    shirley simon sinead siobhan sophie stacey stanley stephanie stephen steve steven stuart sue sunita susan \
    suzanne svetlana sylvia tariq teresa terry thomas tim timothy tom tony tracey tracy trevor usman vera \
    veronica victor vikram vincent wendy william wojciech yasmin yusuf yvonne zainab zoe";

/// Words with a capital letter that are no part of a name, where a name could go on.
pub const NO_NAMES: &str = "a accident acute admissions ae afternoon all ambulance an and antenatal april assessment at august bank bay \
    birth block boxing but cancer cardiac cardiology care casualty centre children's childrens christmas clinic \
    community coronary covid critical day december dental department discharge easter emergency endoscopy \
    england eve everyone excellent eye family february first for friday friends general good great he health \
    home hospital house i icu in infirmary intensive is it january july june lovely march maternity may medical \
    medicine mental minor monday my neonatal new nhs night november occupational october on our outpatient \
    outpatients physiotherapy postnatal pts radiology royal saturday school september service services she so \
    social square staff stroke sunday surgery surgical team thank thanks the theatre theatres therapy they this \
    thursday to trust tuesday unit university urgent very ward was we wednesday what when who wing with x-ray \
    year you";

/// What announces a number that belongs to one person.
pub const BEFORE_NUMBERS: &[&[&str]] = &[
    &["hospital", "number"],
    &["hospital", "no"],
    &["hospital", "id"],
    &["patient", "number"],
    &["patient", "no"],
    &["patient", "id"],
    &["unit", "number"],
    &["nhs", "number"],
    &["nhs", "no"],
    &["mrn"],
    &["reference", "number"],
    &["my", "number", "is"],
    &["tel"],
    &["phone"],
    &["mobile"],
    &["ring", "me", "on"],
    &["call", "me", "on"],
];

/// Digits as words.
pub const DIGITS: &[(&str, char)] = &[
    ("zero", '0'),
    ("oh", '0'),
    ("nought", '0'),
    ("one", '1'),
    ("two", '2'),
    ("three", '3'),
    ("four", '4'),
    ("five", '5'),
    ("six", '6'),
    ("seven", '7'),
    ("eight", '8'),
    ("nine", '9'),
];

/// Words after which a person looks at the comment on the same day: somebody may be in danger, or come to harm.
pub const URGENT: &str = "suicide; suicidal; kill myself; killing myself; end my life; ending my life; end it all; take my own life; \
    taking my own life; want to die; wanted to die; wish i was dead; better off dead; self harm; selfharm; \
    self harming; hurt myself; harm myself; overdose; cut myself; no reason to live; overdosed; overdosing; overdoses; cutting myself; hang myself; hanging myself; \
    kill him; kill her; \
    kill them; kill you; bomb; weapon; knife; abuse; abused; abusing; abusive; assault; assaulted; raped; rape; \
    molested; touched me; inappropriately; groped; hit me; hit my; hit him; hit her; hit them; hits me; hits my; \
    hits him; hits her; hits them; hitting me; hitting my; hitting him; hitting her; hitting them; beats him; \
    beats her; beating me; beating my; beating him; beating her; slapped; slaps me; slaps my; slapping; punched; \
    punches; punching; kicked; kicks me; kicks my; kicking me; kicking my; kicking him; kicking her; \
    bruises; bruised; beaten; hurts me; hurting me; hurts my mum; hurting my; hurting him; hurting her; threatened; \
    threatens; threatening; afraid of my; scared of my; afraid to go home; \
    scared to go home; not safe at home; unsafe at home; neglect; neglected; left in urine; left in faeces; \
    left in his own; left in her own; starved; restrained; safeguarding; domestic violence; coercive; \
    trafficked; fgm; honour based; child at risk; steals my; stole my; taking my money";
