// @ts-check
/** Where Pyodide's Python has its standard library, and where packages are installed. */

/**
 * @param {any} pyodide
 * @returns {{library: string, site: string}}  an archive and a folder
 */
export function foldersOf(pyodide) {
  const info = pyodide.pyimport("sys.version_info");
  const [major, minor] = [info[0], info[1]];
  info.destroy();
  return {
    library: `/lib/python${major}${minor}.zip`,
    site: `/lib/python${major}.${minor}/site-packages`,
  };
}
