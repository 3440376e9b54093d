<!doctype html>
<title>Rows</title>
<table>
% for row in rows:
<tr><td>{{row["id"]}}</td><td>{{row["text"]}}</td></tr>
% end
</table>
