// The query as a program: for a shell, Python and R. A JSON string is a string of Python and R, too.

/** Return name → text of a program that asks the endpoint for a table. */
export function programs(endpoint: string, query: string): Record<string, string> {
  let end = "SPARQL";
  while (query.split("\n").includes(end)) end += "_";
  return {
    curl: `curl '${endpoint}' -H 'Accept: text/csv' --data-urlencode query@- <<'${end}'\n${query}\n${end}\n`,
    Python: [
      "import csv, io, urllib.parse, urllib.request", "",
      `query = ${JSON.stringify(query)}`,
      `request = urllib.request.Request(${JSON.stringify(endpoint)}, urllib.parse.urlencode({"query": query}).encode(), {"Accept": "text/csv"})`,
      "with urllib.request.urlopen(request) as answer:",
      '    rows = list(csv.DictReader(io.StringIO(answer.read().decode("utf-8"))))',
      "print(rows)", "",
    ].join("\n"),
    R: [
      `query <- ${JSON.stringify(query)}`,
      `rows <- read.csv(paste0(${JSON.stringify(`${endpoint}?format=csv&query=`)}, URLencode(query, reserved = TRUE)), encoding = "UTF-8")`,
      "print(rows)", "",
    ].join("\n"),
  };
}
