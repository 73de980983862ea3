extension HarnessTrait {
  /// How it is said. Several groups each, so that no single word is enough.
  static let phrases: [(trait: HarnessTrait, phrases: [Phrase])] = said.map { trait, patterns in
    (trait, patterns.map { Phrase($0) })
  }

  private static let inputs =
    "input*|file|files|data|folder*|director*|sample*|environment|workspace|contents|material|repository"
  private static let names = "name|names|path|paths|filename*|variable*|expansion*|argument*"
  private static let results = "result*|output*|work|answer*|deliverable*|solution|outcome|product"
  private static let turns = "turn|turns|step|steps|budget|call|calls|round|rounds|iterations"

  private static let said: [(HarnessTrait, [String])] = [
    (
      .lookFirst,
      [
        "look*|inspect*|examin*|explor*|read|study|view|open|survey|list|peek|see \(inputs) first|before|begin|start|prior|initially|upfront",
        "begin|start look*|inspect*|examin*|explor*|read*|study*|view*|open*|survey*|list* \(inputs)",
        "understand|know|learn|familiar*|grasp \(inputs)|format|schema|structure|layout before|first|prior",
        "! assum*|guess* format|structure|content*|layout|schema|looks|\(inputs)",
        "look|inspect|examin*|explore|investigate before act*|begin*|start*|chang*|writ*|edit*|cod*",
        "list|read|look|inspect|open folder*|file|files|data|inputs|lines names|named|given|real|actual|itself|yourself|every",
        "first look*|inspect*|examin*|explor*|head|cat|ls \(inputs)",
      ]
    ),
    (
      .requirements,
      [
        "list|enumerat*|restat*|extract|number|write|itemi* requirement*|constraint*|rules|conditions|demands|deliverables each|every|all|before|first|down|out|one",
        "go|walk|work|step|read|reread|re every|each|all|again|twice requirement*|sentence*|instruction*|bullet*|constraint*|rule|rules|condition*|clause*",
        "map|match|tick|trace|account every|each|all requirement*|sentence*|bullet*|rule|constraint*|clause*",
        "! miss|overlook|forget|drop|ignore requirement*|constraint*|rule|rules|detail*|sentence*|condition*|bullet*",
      ]
    ),
    (
      .notes,
      [
        "keep|write|maintain|take|record|update|append|jot note*|journal|scratchpad|memo|log requirement*|progress|found|finding*|learn*|decision*|done|plan|open|remain*|facts",
        "note|record|write requirement*|progress|finding*|decision* file|notes|down|md",
      ]
    ),
    (
      .quoteNames,
      [
        "quote|quoting|quotes paths|path|variables|variable|filenames|expansions|arguments",
        "quot*|double \(names) every|always|each|all|shell|bash|contain*|space*|blank*|safe*|proper*",
        "space*|blank*|newline*|odd|unusual|strange|hostile|special \(names) handle|expect|assume|survive|contain|cope|safe*|prepare|may|can|mind",
        "print0|nul|null|0 xargs|find|separat*|delimit*|read \(names)|files",
      ]
    ),
    (
      .edgeCases,
      [
        "consider|think|handle|cover|test|watch|mind|care*|look|check|list|name edge|corner|boundary|border|special|extreme|tricky case*|condition*|value*|input*",
        "empty|missing|duplicate*|tie|ties|equal|last|first|zero|negative|boundar*|off|limits empty|missing|duplicate*|tie|ties|equal|last|zero|negative|boundar*|off|limits test|handle|consider|think|check|what|case*|behave*|mind",
      ]
    ),
    (
      .readManual,
      [
        "read|consult|check|look|open|verify|see man|manual|help|documentation|docs|usage|spec|specification|reference|rfc flag*|option*|switch*|command*|tool*|syntax|before|instead|sure|unsure",
        "! guess*|assum*|invent* flag*|option*|switch*|syntax|semantics|argument*|behaviour|behavior",
      ]
    ),
    (
      .touchNothingElse,
      [
        "! chang*|touch*|modif*|alter*|edit*|renam*|delet* else|other*|unrelated|beyond|unless|not|anything",
        "chang*|touch*|modif*|alter*|edit* only|nothing|minimal*|smallest ask*|task*|instruct*|request*|requir*|necessary|needed|named|else|diff",
        "leave|keep|preserv* else|other*|rest|untouched|unchanged|alone|intact everything|anything|files|modes|permissions|all|timestamps|they",
        "preserv*|keep permission*|mode|modes|mtime*|timestamp*|ownership file*|origin*|exist*|when|while|unless",
      ]
    ),
    (
      .mindBytes,
      [
        "check|detect|mind|watch|determin*|inspect|beware|careful|attention|preserv*|find|convert|know encoding*|charset*|utf|bom|crlf|codepage|latin|line file*|input*|text|before|end*|byte*|mark*",
        "line|crlf|lf end*|ending*|preserv*|normali* keep|preserv*|check|mind|mix*|detect|differ*|careful",
        "byte|bytes mark|exact*|level|wise|hexdump|od encoding*|compare|inspect|utf|text|order",
      ]
    ),
    (
      .shortOutput,
      [
        "keep|limit|restrict|cut|trim output*|print* short|small|brief|little|lines|few|concise",
        "use|pipe|prefer head|tail|grep|sed|wc|less output*|file*|large|long|big|instead|print*|excerpt*|parts",
        "! print*|dump*|cat|show*|display*|output whole|entire|full|complete|large|long|huge|big|all",
        "ask|read|print|show|view part|parts|lines|excerpt* need|needed|instead|only|rather",
        "print|show|read|view only|few|part|parts|pieces|excerpt*|chunks|relevant lines|large|long|file*|output*|needed",
      ]
    ),
    (
      .checkResult,
      [
        "check*|verif*|validat*|confirm*|test*|review*|compar*|inspect*|examin* \(results)|script|everything before|finish*|submit*|done|final*|end|against|instruction*|requirement*|again",
        "check*|verif*|validat*|test*|run|review* before|after finish*|submit*|done|declar*|stop*|end|complet*|conclud*",
        "! finish|submit|stop|end|declare|done|conclude check*|verif*|test*|confirm*|validat*|seen|run|ran|review*",
        "read|reread|go|hold|compare|walk task|instruction*|demand*|requirement* before|once|again|against submit*|finish*|more|there|now|done|result*|files|end",
        "run|execut* check*|test* before|every|each|own|finish*|submit*|end",
        "prove|evidence|proof|demonstrate \(results)|works|done|meets|requirement*|correct before|with|show*|run*|command*",
      ]
    ),
    (
      .budgetTurns,
      [
        "budget|plan|spend|economi*|ration|spar*|mind|watch|track|count|reserve|save \(turns) few|limit*|left|remain*|only|within|careful*|wise*|last|each|have",
        "only|at|most|limit*|have|within \(turns) combin*|group|batch|together|several|plan|enough|prioriti*|reserve|keep",
        "combin*|batch|chain|bundle command*|calls|steps",
      ]
    ),
    (
      .useParser,
      [
        "use|prefer|rely parser*|library|libraries|module*|jq|csv|json instead|rather|proper|real|not|never|over|for",
        "! split*|cut|pars*|regex*|awk|sed csv|json|xml|tables|records|quoted|fields hand|comma*|line|lines|regex*|split*|awk|sed|cut|naive*",
      ]
    ),
    (
      .gitState,
      [
        "look|inspect|check|run|read|record|note|save|examine|see git|reflog|refs|fsck status|log|reflog|refs|branches|state|history|fsck before|first|after|then|prior|start",
        "clone|copy|backup|back repository|repo|git before|first|experiment*|safe*|rewrit*",
      ]
    ),
    (
      .instants,
      [
        "convert|compar*|normali*|pars*|treat|sort time*|timestamp*|date*|moment*|instant* utc|offset*|zone*|instant*|instead|not|never|clock*",
        "mind|watch|careful|beware|think|handle time|dst|daylight|clock*|leap|offset* zone*|saving|change*|offset*|year*|twice|gap*",
      ]
    ),
    (
      .mergeRules,
      [
        "merg*|deduplicat*|combin*|join* duplicate*|record*|rows|entries|lists|keys keep|win*|newest|latest|first|last|survivor|prefer|trim*|case",
        "duplicate*|same|equal key|keys|id|ids|email* keep|win*|newest|latest|first|last|survivor|compare|trim*|lower*|case",
      ]
    ),
    (
      .checksumRules,
      [
        "checksum*|manifest*|sha256*|md5*|digest*|hash sum*|list*|line*|file*|name* escap*|backslash*|upper|case|format|bsd|twice|conflict*|compare|lower*"
      ]
    ),
    (
      .stepByStep,
      [
        "think|reason|proceed|work|go step|deep*|careful*|methodical*|systematic* by|step|through|first|task|problem|before|about",
        "take deep breath|time think*|breath|careful*",
      ]
    ),
    (
      .expertRole,
      [
        "you|act|behave are|as|like expert*|senior|world|master*|veteran|guru|genius|best|seasoned|experienced|skilled|10x"
      ]
    ),
    (
      .stakes,
      [
        "important|vital|crucial|critical|matters career|job|life|lives|me|us|customer*|company|everything|depends",
        "tip|pay|reward|bonus|praise|thank*|proud|dollars|penalt*|fired you|will|if|be|get|for",
        "believe|trust|know|sure you can|will|able",
      ]
    ),
    (
      .tone,
      [
        "be|stay|remain|sound friendly|polite|professional|helpful|confident|calm|positive|cheerful|concise|kind|honest tone|user|always|answer*|and|in|to",
        "use|write|format|answer markdown|emoji*|headings|bullet|english|tables|bold answer*|text|style|final|when|in|points|reply|replies",
      ]
    ),
    (
      .hurry,
      [
        "finish|complete|answer|solve|submit|done|work|deliver|be|respond|act quick*|fast*|soon*|asap|immediately|speed*|hurry|promptly|swiftly possible|can|as|few*|minim*|task|without|straight|at|it|time",
        "speed|fast*|quick* matter*|important|count*|over|priority|first|more|above accuracy|correct*|quality|everything|all|than|else|most",
        "as minimum|few|fewest|possible command*|steps|turns|calls",
      ]
    ),
    (
      .blind,
      [
        "! look*|inspect*|examin*|explor*|read*|view*|open*|list* \(inputs)",
        "! waste|spend time|turns|tokens|effort look*|inspect*|explor*|read*|examin*|investigat*",
        "trust|rely|assume instruction*|description|task complete|sufficient|alone|enough|fully|everything|right",
      ]
    ),
    (
      .noCheck,
      [
        "! check*|verif*|validat*|test*|review*|recheck*|double \(results)|script|everything|again|anything|yourself",
        "! waste|spend|bother time|turns|tokens|effort|with check*|verif*|test*|validat*|review*",
        "trust|assume \(results)|yourself|first|commands right|correct|fine|works|attempt|succeed*|good",
      ]
    ),
    (
      .ritual,
      [
        "explain|describe|narrat*|justify|report|document|announce|summari*|state every|each|all step*|command*|action*|turn|turns|call|decision*",
        "after|before every|each report|summary|status|checklist|table|list|plan|log write|print|update|repeat|give|output|fill|produce|restate|post",
        "fill|complete|repeat|recite|print checklist|form|template|protocol|table every|each|before|after|all|turn|step",
      ]
    ),
    (
      .askFirst,
      [
        "ask|request|seek|obtain|wait user|permission|approval|confirm*|clarif*|question* before|first|when|if|prior|until",
        "confirm user|human|me before|first|prior|every",
      ]
    ),
  ]
}
