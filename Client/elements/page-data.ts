/** What the server put into the page for its elements: JSON in a script that is no script. */
export function readPageData<Value>(id: string, fallback: Value): Value {
  const text = document.getElementById(id)?.textContent ?? "";
  return text === "" ? fallback : JSON.parse(text) as Value;
}
