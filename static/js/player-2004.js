/* SCORM 2004 4th edition for one SCO: the API and the data model (RTE chapters 3 and 4, IEEE 1484.11.1 and .2). The
   values lie in one flat table by element name. What they mean for the lesson is the server's to weigh. */

/* Types: each answers 0, or the error of a value that is not of it. */
const TYPE_MISMATCH = 406;
const OUT_OF_RANGE = 407;

const REAL = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const INTERVAL = /^P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d{1,2})?S)?)?$/;
// time(second,10,0): the years and, after a fraction of a second, the zone, as RTE 4.1.1.7 has them
const ZONE = "(?:Z|[-+](?:[01]\\d|2[0-3])(?::[0-5]\\d)?)";
const CLOCK = `T(?:[01]\\d|2[0-3])(?::[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,2}${ZONE}?)?)?)?`;
const MOMENT = new RegExp(`^(?:19[7-9]\\d|20[0-2]\\d|203[0-8])(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\\d|3[01])(?:${CLOCK})?)?)?$`);
const URN = /^urn:[a-z\d][a-z\d-]{0,31}:\S+$/i;

/* What the standard wants to be kept at least; twice as much is taken. */
const ROOM = 2;
const check = (holds) => (value) => (holds(value) ? 0 : TYPE_MISMATCH);
const text = (most) => check((value) => value.length <= ROOM * most);
const kept = check((value) => value.length <= 64_000); // and no more, as the server has it
const words = (...known) => check((value) => known.includes(value));
const interval = check((value) => INTERVAL.test(value));
const moment = check((value) => MOMENT.test(value));
const isIdentifier = (value, most) =>
  value.length <= ROOM * most && (/^urn:/i.test(value) ? URN.test(value) : /^[^\s{}[\]"<>\\^`|]+$/.test(value));
const long = check((value) => isIdentifier(value, 4000));

function real(low = -Infinity, high = Infinity) {
  return (value) => {
    if (!REAL.test(value)) return TYPE_MISMATCH;
    return Number(value) >= low && Number(value) <= high ? 0 : OUT_OF_RANGE;
  };
}

/* ISO 639-1 and 639-2, one code after the other: browsers differ in which languages they can name. */
const LANGUAGES = {
  2: codes(
    2,
    "aaabaeafakamanarasavayazbabebgbhbibmbnbobrbscacechcocrcscucvcydadedvdzeeeleneoeseteufafffifjfofrfygagdglgngu" +
    "gvhahehihohrhthuhyhziaidieigiiikioisitiujajvkakgkikjkkklkmknkokrkskukvkwkylalblglilnloltlulvmgmhmimkmlmnmrms" +
    "mtmynanbndnengnlnnnonrnvnyocojomorospapiplpsptqurmrnrorurwsascsdsesgsiskslsmsnsosqsrssstsusvswtatetgthtitktl" +
    "tntotrtstttwtyugukuruzvevivowawoxhyiyozazhzu",
  ),
  3: codes(
    3,
    "aarabkaceachadaadyafaafhafrainakaakkalbalealgaltamhanganpapaaraarcargarmarnarpartarwasmastathausavaaveawaaym" +
    "azebadbaibakbalbambanbaqbasbatbejbelbembenberbhobihbikbinbisblabntbodbosbrabrebtkbuabugbulburbyncadcaicarcat" +
    "caucebcelceschachbchechgchichkchmchnchochpchrchuchvchycmccnrcopcorcoscpecpfcppcrecrhcrpcsbcuscymczedakdandar" +
    "daydeldendeudgrdindivdoidradsbduadumdutdyudzoefiegyekaellelxengenmepoesteuseweewofanfaofasfatfijfilfinfiufon" +
    "frafrefrmfrofrrfrsfryfulfurgaagaygbagemgeogergezgilglagleglgglvgmhgohgongorgotgrbgrcgregrngswgujgwihaihathau" +
    "hawhebherhilhimhinhithmnhmohrvhsbhunhuphyeibaiboiceidoiiiijoikuileiloinaincindineinhipkirairoislitajavjbojpn" +
    "jprjrbkaakabkackalkamkankarkaskatkaukawkazkbdkhakhikhmkhokikkinkirkmbkokkomkonkorkoskpekrckrlkrokrukuakumkur" +
    "kutladlahlamlaolatlavlezlimlinlitlollozltzlualublugluilunluolusmacmadmagmahmaimakmalmanmaomapmarmasmaymdfmdr" +
    "menmgamicminmismkdmkhmlgmltmncmnimnomohmonmosmrimsamulmunmusmwlmwrmyamynmyvnahnainapnaunavnblndendondsnepnew" +
    "nianicniunldnnonobnognonnornqonsonubnwcnyanymnynnyonziociojioriormosaossotaotopaapagpalpampanpappaupeoperphi" +
    "phnplipolponporprapropusquerajraprarroarohromronrumrunruprussadsagsahsaisalsamsansassatscnscoselsemsgasgnshn" +
    "sidsinsiositslaslksloslvsmasmesmismjsmnsmosmssnasndsnksogsomsonsotspasqisrdsrnsrpsrrssasswsuksunsussuxswaswe" +
    "sycsyrtahtaitamtatteltemtertettgktglthatibtigtirtivtkltlhtlitmhtogtontpitsitsntsotuktumtupturtuttvltwityvudm" +
    "ugauigukrumbundurduzbvaivenvievolvotwakwalwarwaswelwenwlnwolxalxhoyaoyapyidyorypkzapzblzenzghzhazhozndzulzun" +
    "zxxzza",
  ),
};

/* RFC 3066: a language of ISO 639-1 or 639-2, one of those withdrawn since, "i" or "x"; and further parts. */
const OTHERS = ["i", "x", "in", "iw", "ji", "mo", "sh", "mol", "scc", "scr"];
function isLanguage(value) {
  const [, first] = /^([a-z]{1,3})(?:-[a-z\d]{1,8})*$/i.exec(value) ?? [];
  if (!first) return false;
  return OTHERS.includes(first.toLowerCase()) || Boolean(LANGUAGES[first.length]?.has(first.toLowerCase()));
}
const language = check((value) => value === "" || isLanguage(value));

const LANGUAGE = /^\{lang=([^}]*)\}/;
function isLocalized(value, most) {
  const [tag = "", name] = LANGUAGE.exec(value) ?? [];
  return (name === undefined ? !value.startsWith("{lang=") : isLanguage(name)) && value.length - tag.length <= ROOM * most;
}
const localized = (most) => check((value) => isLocalized(value, most));

/* Responses by type of interaction (RTE 4.2.9.1). ``more``: how many correct ones there may be; ``once``: whether each
   has to differ from the others. */
const short = (value) => isIdentifier(value, 250);
const list = (value, holds) => value.split("[,]").every(holds);
const isSet = (items) => new Set(items).size === items.length;
const OPTIONS = { case_matters: /^\{case_matters=([^}]*)\}/, order_matters: /^\{order_matters=([^}]*)\}/ };

/* Without the options at its beginning; null where one of them is neither true nor false. */
function withoutOptions(value, ...names) {
  let rest = value;
  const left = new Set(names);
  for (;;) {
    const name = [...left].find((one) => OPTIONS[one].test(rest));
    if (!name) return rest;
    const [tag, said] = OPTIONS[name].exec(rest);
    if (said !== "true" && said !== "false") return null;
    left.delete(name);
    rest = rest.slice(tag.length);
  }
}

const pair = (left, right) => (value) => {
  const parts = value.split("[.]");
  return parts.length === 2 && left(parts[0]) && right(parts[1]);
};
const isReal = (value) => REAL.test(value);
function isRange(value) {
  const parts = value.split("[:]");
  if (parts.length !== 2 || !parts.every((part) => part === "" || isReal(part))) return false;
  return parts.includes("") || Number(parts[0]) <= Number(parts[1]);
}
const isChoice = (value) => value === "" || (list(value, short) && isSet(value.split("[,]")));
const isTexts = (value) => list(value, (item) => isLocalized(item, 250));
const isStep = (answer) => (value) => {
  const [name, said, ...more] = value.split("[.]");
  if (said === undefined || more.length || !(name || said)) return false;
  return (name === "" || short(name)) && answer(said);
};
const isWord = (value) => value.length <= 250 && !/\[[.,:]\]/.test(value);

const RESPONSES = {
  "true-false": { more: 1, both: (value) => value === "true" || value === "false" },
  choice: { once: true, both: isChoice },
  "fill-in": {
    pattern(value) {
      const rest = withoutOptions(value, "case_matters", "order_matters");
      return rest !== null && isTexts(rest);
    },
    response: isTexts,
  },
  "long-fill-in": {
    pattern(value) {
      const rest = withoutOptions(value, "case_matters");
      return rest !== null && isLocalized(rest, 4000);
    },
    response: (value) => isLocalized(value, 4000),
  },
  likert: { more: 1, both: short },
  matching: { both: (value) => value === "" || list(value, pair(short, short)) },
  performance: {
    pattern(value) {
      const rest = withoutOptions(value, "order_matters");
      return rest !== null && list(rest, isStep((said) => isWord(said) || isRange(said)));
    },
    response: (value) => list(value, isStep(isWord)),
  },
  sequencing: { once: true, both: (value) => list(value, short) },
  numeric: { more: 1, pattern: isRange, response: isReal },
  other: { more: 1, both: (value) => value.length <= 4000 },
};

/* The model: element (indexes as n) → [type, initial value]; without a type it is read only. */
const COMPLETION = [words("completed", "incomplete", "not attempted", "unknown"), "unknown"];
const SUCCESS = [words("passed", "failed", "unknown"), "unknown"];
const SCORE = { scaled: [real(-1, 1)], raw: [real()], min: [real()], max: [real()] };
const COMMENT = { comment: [localized(4000)], location: [text(250)], timestamp: [moment] };
const READ_ONLY = [null];
const byType = (part) => (value, kind) => ((RESPONSES[kind][part] ?? RESPONSES[kind].both)(value) ? 0 : TYPE_MISMATCH);
const KINDS = words(...Object.keys(RESPONSES));
const RESULTS = ["correct", "incorrect", "unanticipated", "neutral"];
const CHILDREN = new Map();
const LEAVES = new Map();
/* Collections that a SCO may lengthen; the others are as long as they are launched. */
const OPEN = new Set(["cmi.comments_from_learner", "cmi.objectives", "cmi.interactions", "cmi.interactions.n.objectives", "cmi.interactions.n.correct_responses"]);
const COLLECTIONS = new Set([...OPEN, "cmi.comments_from_lms", "adl.data"]);

function define(path, group) {
  CHILDREN.set(path.replace(/\.n$/, ""), Object.keys(group).join(","));
  for (const [name, what] of Object.entries(group)) {
    if (Array.isArray(what)) LEAVES.set(`${path}.${name}`, { type: what[0], initial: what[1], writeOnly: what[2] });
    else define(`${path}.${name}${COLLECTIONS.has(`${path}.${name}`) ? ".n" : ""}`, what);
  }
}
define("cmi", {
  comments_from_learner: COMMENT,
  comments_from_lms: { comment: READ_ONLY, location: READ_ONLY, timestamp: READ_ONLY },
  completion_status: COMPLETION,
  completion_threshold: READ_ONLY,
  credit: [null, "credit"],
  entry: [null, ""],
  exit: [words("time-out", "suspend", "logout", "normal", ""), undefined, true],
  interactions: {
    id: [long],
    type: [KINDS],
    objectives: { id: [long] },
    timestamp: [moment],
    correct_responses: { pattern: [byType("pattern")] },
    weighting: [real()],
    learner_response: [byType("response")],
    result: [(value) => (RESULTS.includes(value) ? 0 : real()(value))],
    latency: [interval],
    description: [localized(250)],
  },
  launch_data: READ_ONLY,
  learner_id: READ_ONLY,
  learner_name: READ_ONLY,
  learner_preference: {
    audio_level: [real(0), "1"],
    language: [language, ""],
    delivery_speed: [real(0), "1"],
    audio_captioning: [words("-1", "0", "1"), "0"],
  },
  location: [text(1000)],
  max_time_allowed: READ_ONLY,
  mode: [null, "normal"],
  objectives: {
    id: [long],
    score: SCORE,
    success_status: SUCCESS,
    completion_status: COMPLETION,
    progress_measure: [real(0, 1)],
    description: [localized(250)],
  },
  progress_measure: [real(0, 1)],
  scaled_passing_score: READ_ONLY,
  score: SCORE,
  session_time: [interval, undefined, true],
  success_status: SUCCESS,
  suspend_data: [kept],
  time_limit_action: [null, "continue,no message"],
  total_time: [null, "PT0H0M0S"],
});
define("adl", { data: { id: READ_ONLY, store: [kept] }, nav: { request: [null] } });

/* Errors by number (RTE 3.1.7); the first words are the standard's. */
const ERRORS = {
  0: "No Error",
  101: "General Exception",
  102: "General Initialization Failure",
  103: "Already Initialized",
  104: "Content Instance Terminated",
  111: "General Termination Failure",
  112: "Termination Before Initialization",
  113: "Termination After Termination",
  122: "Retrieve Data Before Initialization",
  123: "Retrieve Data After Termination",
  132: "Store Data Before Initialization",
  133: "Store Data After Termination",
  142: "Commit Before Initialization",
  143: "Commit After Termination",
  201: "General Argument Error",
  301: "General Get Failure",
  351: "General Set Failure",
  391: "General Commit Failure",
  401: "Undefined Data Model Element",
  402: "Unimplemented Data Model Element",
  403: "Data Model Element Value Not Initialized",
  404: "Data Model Element Is Read Only",
  405: "Data Model Element Is Write Only",
  406: "Data Model Element Type Mismatch",
  407: "Data Model Element Value Out Of Range",
  408: "Data Model Dependency Not Established",
};
const [NOT_RUNNING, RUNNING, TERMINATED] = ["not running", "running", "terminated"];
const REQUEST =
  /^(?:_none_|continue|previous|exit|exitAll|abandon|abandonAll|suspendAll|\{target=\S+\}(?:choice|jump))$/;
const ASKABLE = /^adl\.nav\.request_valid\.(?:(continue|previous)|(choice|jump)\.\{target=(.+)\})$/;
const RESPONDS = /(?:learner_response|pattern)$/;
const KEYWORD = /^(.*)\.(_children|_count|_version)$/;

class Refused extends Error {
  constructor(code) {
    super(String(code));
    this.code = code;
  }
}

/* Where an element lies: its place in the table of definitions, and each collection on the way with the index in it.
   A part of the model itself has a place too; null for what is no part of it. */
function locate(element) {
  const steps = [];
  let here = "";
  let general = "";
  for (const name of element.split(".")) {
    if (COLLECTIONS.has(general) && !/^_/.test(name)) {
      if (!/^\d+$/.test(name)) return null;
      steps.push({ collection: here, kind: general, index: Number(name) });
      here = `${here}.${Number(name)}`;
      general = `${general}.n`;
    } else {
      here = here ? `${here}.${name}` : name;
      general = general ? `${general}.${name}` : name;
    }
  }
  const whole = LEAVES.has(general) || CHILDREN.has(general.replace(/\.n$/, "")) || general === "adl.nav";
  return whole ? { path: here, general, steps } : null;
}

/* Opens a model that holds ``data`` ({cmi, adl} as a snapshot has them). ``access``: by target which shared stores may
   be read and written. ``valid(kind, target)``: whether a request would be granted, undefined where nobody knows.
   ``changed(element, value)`` and ``commit(final)`` (answers with an error, 0 for none) are called as things happen. */
export function open2004({ data, access = {}, valid, changed, commit }) {
  const values = new Map();
  const counts = new Map();
  const said = new Set(); // what the SCO itself has set, in this session or the attempt's earlier ones
  let state = NOT_RUNNING;
  let error = 0;
  let request = "_none_";

  fill("cmi", "cmi", data.cmi ?? {});
  fill("adl.data", "adl.data", data.adl?.data ?? []);

  function fill(path, general, found) {
    if (COLLECTIONS.has(general)) {
      const rows = Object.values(found);
      counts.set(path, rows.length);
      rows.forEach((row, index) => fill(`${path}.${index}`, `${general}.n`, row));
      return;
    }
    for (const [name, value] of Object.entries(found ?? {})) {
      const here = `${path}.${name}`;
      const place = `${general}.${name}`;
      if (LEAVES.has(place)) {
        if (value === null || value === undefined || (value === "" && cannotBeEmpty(place))) continue;
        values.set(here, String(value));
        said.add(here);
      } else if (CHILDREN.has(place) && typeof value === "object") fill(here, place, value);
    }
  }

  /* An empty text where none can stand was never set. */
  function cannotBeEmpty(place) {
    const { type } = LEAVES.get(place);
    return Boolean(type) && !RESPONDS.test(place) && type("") !== 0;
  }

  const countOf = (collection) => counts.get(collection) ?? 0;
  const initial = (general) => LEAVES.get(general).initial;
  const numberAt = (path) => (values.has(path) ? Number(values.get(path)) : null);

  /* RTE 4.2.4 and 4.2.22: a threshold decides over what the SCO says; without a measure nothing is known. */
  function judged(path) {
    const by = {
      "cmi.completion_status": ["cmi.completion_threshold", "cmi.progress_measure", "completed", "incomplete"],
      "cmi.success_status": ["cmi.scaled_passing_score", "cmi.score.scaled", "passed", "failed"],
    }[path];
    if (!by || !values.get(by[0])) return undefined;
    const measure = numberAt(by[1]);
    if (measure === null) return "unknown";
    return measure >= numberAt(by[0]) ? by[2] : by[3];
  }

  function keyword(element) {
    const [, of, name] = KEYWORD.exec(element);
    const place = locate(of);
    if (!place) throw new Refused(401);
    within(place.steps, 301);
    if (element === "cmi._version") return "1.0";
    const general = place.general;
    if (name === "_children" && CHILDREN.has(general)) return CHILDREN.get(general);
    if (name === "_count" && COLLECTIONS.has(general)) return String(countOf(place.path));
    throw new Refused(301);
  }

  function within(steps, code) {
    for (const { collection, index } of steps) if (index >= countOf(collection)) throw new Refused(code);
  }

  function read(element) {
    if (element === "") throw new Refused(301);
    if (KEYWORD.test(element)) return keyword(element);
    const [, step, kind, target] = ASKABLE.exec(element) ?? [];
    if (step || kind) {
      const able = valid?.(step ?? kind, target);
      return able === undefined ? "unknown" : String(Boolean(able));
    }
    const place = locate(element);
    if (!place || !LEAVES.has(place.general)) throw new Refused(401);
    const { path, general, steps } = place;
    within(steps, 301);
    const hidden = general === "adl.data.n.store" && access[values.get(path.replace(/store$/, "id"))]?.[0] === false;
    if (LEAVES.get(general).writeOnly || hidden) throw new Refused(405);
    if (general === "adl.nav.request") return request;
    const value = judged(path) ?? values.get(path) ?? initial(general);
    // A store that was emptied is one that was never set (DMI and DDM of the published suite)
    if (value === undefined || (value === "" && general === "adl.data.n.store")) throw new Refused(403);
    return value;
  }

  function write(element, value) {
    if (element === "") throw new Refused(351);
    if (KEYWORD.test(element)) throw new Refused(locate(KEYWORD.exec(element)[1]) ? 404 : 401);
    if (ASKABLE.test(element)) throw new Refused(404);
    if (element === "adl.nav.request") {
      if (!REQUEST.test(value)) throw new Refused(TYPE_MISMATCH);
      request = value;
      return;
    }
    const place = locate(element);
    if (!place || !LEAVES.has(place.general)) throw new Refused(401);
    const { path, general, steps } = place;
    const { type } = LEAVES.get(general);
    if (!type) throw new Refused(404);
    const lengthened = room(general, steps);
    if (general === "adl.data.n.store" && access[values.get(path.replace(/store$/, "id"))]?.[1] === false) {
      throw new Refused(404);
    }
    const refused = type(value, kindFor(path, general));
    if (refused) throw new Refused(refused);
    unique(path, general, value);
    if (lengthened) counts.set(lengthened.collection, lengthened.index + 1);
    values.set(path, value);
    said.add(path);
  }

  /* Whether there is a place for it; the step that makes a new row, if one does. */
  function room(general, steps) {
    let fresh;
    for (const step of steps) {
      const count = countOf(step.collection);
      if (step.index > count || (step.index === count && !OPEN.has(step.kind))) throw new Refused(351);
      if (fresh) throw new Refused(408); // a row within a row that is not there
      if (step.index === count) fresh = step;
    }
    if (fresh && CHILDREN.get(fresh.kind).startsWith("id") && general !== `${fresh.kind}.n.id`) throw new Refused(408);
    return fresh;
  }

  /* The type of the interaction, which its responses have to follow. */
  function kindFor(path, general) {
    if (!RESPONDS.test(general)) return "";
    const [interaction] = /^cmi\.interactions\.\d+/.exec(path);
    const kind = values.get(`${interaction}.type`);
    if (!kind) throw new Refused(408);
    const index = Number(/\.correct_responses\.(\d+)\./.exec(path)?.[1] ?? 0);
    if (index >= (RESPONSES[kind].more ?? Infinity)) throw new Refused(351);
    return kind;
  }

  /* An objective's identifier stands once and for good, and some kinds of correct response once. */
  function unique(path, general, value) {
    const pattern = general.endsWith(".pattern");
    const once = ["cmi.objectives.n.id", "cmi.interactions.n.objectives.n.id"].includes(general);
    if (!once && !(pattern && RESPONSES[kindFor(path, general)].once)) return;
    if (general === "cmi.objectives.n.id" && (values.get(path) ?? value) !== value) throw new Refused(351);
    const [, collection, index, name] = /^(.*)\.(\d+)\.(\w+)$/.exec(path);
    for (let other = 0; other < countOf(collection); other += 1) {
      if (other !== Number(index) && values.get(`${collection}.${other}.${name}`) === value) throw new Refused(351);
    }
  }

  function attempt(work, failed) {
    try {
      error = 0;
      return work();
    } catch (fault) {
      error = fault instanceof Refused ? fault.code : 101;
      return failed;
    }
  }

  const running = (before, after) => {
    if (state === NOT_RUNNING) throw new Refused(before);
    if (state === TERMINATED) throw new Refused(after);
  };
  const bare = (argument) => {
    if (String(argument ?? "") !== "") throw new Refused(201);
  };
  const told = (final) => {
    const failed = Number(commit(final));
    if (failed) throw new Refused(failed);
    return "true";
  };

  const api = {
    version: "1.0",
    Initialize: (argument) =>
      attempt(() => {
        bare(argument);
        if (state !== NOT_RUNNING) throw new Refused(state === RUNNING ? 103 : 104);
        state = RUNNING;
        changed("", "");
        return "true";
      }, "false"),
    Terminate: (argument) =>
      attempt(() => {
        bare(argument);
        running(112, 113);
        state = TERMINATED;
        return told(true);
      }, "false"),
    GetValue: (element) =>
      attempt(() => {
        running(122, 123);
        return read(String(element ?? ""));
      }, ""),
    SetValue: (element, value) =>
      attempt(() => {
        running(132, 133);
        write(String(element ?? ""), String(value ?? ""));
        changed(String(element), String(value ?? ""));
        return "true";
      }, "false"),
    Commit: (argument) =>
      attempt(() => {
        bare(argument);
        running(142, 143);
        return told(false);
      }, "false"),
    GetLastError: () => String(error),
    GetErrorString: (code) => ERRORS[code] ?? "",
    GetDiagnostic: (code) => ERRORS[String(code ?? "") === "" ? error : code] ?? "",
  };

  /* {cmi, adl} with what has a value; an "unknown" that nobody set and a time that nobody reported are left out, as an
     activity may stand for a silent SCO alone (SN UP.4). */
  function snapshot() {
    const whole = { cmi: {} };
    for (const [path, value] of values) {
      const unsaid = !said.has(path);
      if (unsaid) continue;
      let at = whole;
      const names = path.split(".");
      const last = names.pop();
      for (const name of names) at = at[name] ??= {};
      at[last] = value;
    }
    const stores = Object.values(whole.adl?.data ?? {}).filter(
      ({ id, store }) => store !== undefined && access[id]?.[1] !== false,
    );
    return { cmi: whole.cmi, ...(whole.adl ? { adl: { data: stores } } : {}) };
  }

  return { api, snapshot, request: () => request };
}

/* Codes of one length, written one after the other. */
function codes(width, written) {
  return new Set(Array.from({ length: written.length / width }, (_none, at) => written.slice(at * width, (at + 1) * width)));
}
