"""Prototype of the dialects: fills data/sql/ledger.sql in for duckdb or spark. To be replaced by the command itself."""
import re,sys,pathlib
TEMPLATE=pathlib.Path(__file__).parents[2]/'data/sql/ledger.sql'
P={'rule1':"(^| )cmd-exec-id/([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9A-Za-z]{7})( |\\z)",
'rule2':"^(databricks-cli-[^ ]*)-([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\\z"}
OTHER="aadBrowserLogin aadTokenLogin accountInHouseOAuthClientAuthentication accountLoginCodeAuthentication certLogin jwtLogin login mfaLogin mintOAuthToken oidcBrowserLogin oidcTokenAuthorization passwordVerifyAuthentication samlLogin workspaceInHouseOAuthClientAuthentication".split()
ANY=["Databricks-Service/","Databricks-Runtime","RawDBHttpClient","DBHttpClient/","Compute-Gateway (client)","Databricks Periodic Health Check"]
SEG=["wsfs/","wsfsbackend/","wsfslibrary/","armeria/","kube-probe/","ELB-HealthChecker/","obsSDK-scala","dbr:"]
COLS="event_id, event_time, workspace_id, source_ip_address, user_agent, user_identity, service_name, action_name, request_id, request_params, response"
TALLIES=["rows","duplicates","id_reused","truncated","internal_logins","logins_without_method","request_logins","request_calls","run_logins","run_calls"]
def render(dialect,table,text):
    duck=dialect=='duckdb'
    lit=(lambda p:"'"+p.replace("'","''")+"'") if duck else (lambda p:'r"'+p+'"')
    back='\\' if duck else '$'
    def repl(e,p,g):
        return f"regexp_replace({e}, {lit(p)}, '{back}{g}'"+(", 'g')" if duck else ")")
    esc=lambda m:re.sub(r'([.()\[\]{}*+?^$|\\])',r'[\1]',m)
    ua="coalesce(user_agent, '')"
    agent1=repl(ua,P['rule1'],3)
    agent=repl(agent1,P['rule2'],1)
    run=f"coalesce(nullif(regexp_extract({ua}, {lit(P['rule1'])}, 2), ''), regexp_extract({agent1}, {lit(P['rule2'])}, 2))"
    noc="^(Mozilla|Delta-Sharing-)"
    noc="^Mozilla/|^Delta-Sharing-|"+"|".join(map(esc,ANY))+"|(^| )("+"|".join(map(esc,SEG))+")|(^| )feature-store(/| |\\z)"
    find=(lambda e,p:f"regexp_matches({e}, {lit(p)})") if duck else (lambda e,p:f"{e} RLIKE {lit(p)}")
    isno=f"({find('agent',noc)} OR {find('agent','(^| )auth/[^ ]')} AND NOT {find('agent','(^| )auth/([pP][aA][tT]|[bB][aA][sS][iI][cC])( |'+chr(92)+'z)')})"
    B="[ \\t\\n\\f\\r]"
    SUBJ=f"(?is)^(?:.*?(?:[^0-9A-Za-z]|\\\\[nrt]))??(?:invalid{B}+scope,{B}*|your{B}+token{B}+is{B}+missing(?:{B}+the)?{B}*|provided{B}+(pat|(?:(?:oauth|pat|(?:personal{B}+|oauth{B}+)?access){B}+)?token){B}+does{B}+not{B}+have(?:{B}+the)?{B}*)required scopes?(.*)$"
    NAME="[A-Za-z](?:[A-Za-z0-9.:_-]*[A-Za-z0-9_])?"
    Q="[\\x27`]*"
    LIST=f"^{B}*{Q}{NAME}(?:{Q}{B}*,{B}*{Q}{NAME})*"
    d=dict(engine=dialect,table=table,columns=COLS,
      whole_row="CAST(to_json(chosen) AS VARCHAR)" if duck else "to_json(struct(chosen.*))",
      event_micros="epoch_us(event_time)" if duck else "unix_micros(event_time)",
      agent=agent,run=run,is_no_client=isno,external_token='API_EXT_PAT_TOKEN',rules_version='1',
      other_logins=", ".join(f"'{x.lower()}'" for x in sorted(OTHER)),
      expiry_number="CASE WHEN length(request_params['tokenExpirationTime']) BETWEEN 1 AND 18 AND translate(request_params['tokenExpirationTime'], '0123456789', '') = '' THEN CAST(request_params['tokenExpirationTime'] AS BIGINT) END",
      is_cut=("coalesce(map_contains(request_params, 'TRUNCATED') OR len(list_filter(map_values(request_params), lambda v: ends_with(v, '... truncated'))) > 0, false)" if duck else
        "coalesce(map_contains_key(request_params, 'TRUNCATED') OR exists(map_values(request_params), v -> endswith(v, '... truncated')), false)"),
      refusal_credential=f"regexp_extract(error, {lit(SUBJ)}, 1)",
      refusal_rest=f"regexp_extract(regexp_extract(error, {lit(SUBJ)}, 2), {lit('(?s)^'+B+'*:'+B+'*(.*)$')}, 1)",
      refusal_list=f"regexp_extract(refusal, {lit(LIST)}, 0)",
      schema_version='1',
      owner="struct_pack(is_known_by := CASE WHEN f.is_login THEN 0 ELSE 1 END, first_login := CASE WHEN f.is_login THEN f.first_time END, workspace := f.workspace, principal := f.principal)" if duck else
            "struct(CASE WHEN f.is_login THEN 0 ELSE 1 END AS is_known_by, CASE WHEN f.is_login THEN f.first_time END AS first_login, f.workspace AS workspace, f.principal AS principal)",
      tallies="\n  ".join(f"UNION ALL SELECT 'tally', '{t}'" for t in TALLIES),
      tally_values="\n      ".join(f"WHEN '{t}' THEN f.{'events' if t=='rows' else 'has_id' if t=='id_reused' else t}" for t in TALLIES),
    )
    kind=f"regexp_extract(regexp_replace(refusal_tail, {lit('(?is)required scope.*$')}, ''), {lit('auth_type=([A-Za-z0-9.:_-]*)')}, 1)"
    oauth=find('refused','(?i)^oauth')
    patc=find('refused','(?i)pat|personal')
    d['names_token']=f"scopes <> '' AND NOT {oauth} AND ({patc} OR regexp_replace({kind}, {lit('[.]+'+chr(92)+'z')}, '') IN ('', 'pat', 'runtime', 'metadata-service'))"
    strip=f"regexp_replace(scopes, {lit('[ '+chr(92)+'t'+chr(92)+'n'+chr(92)+'f'+chr(92)+'r'+chr(92)+'x27`]+')}, ''"+(", 'g')" if duck else ")")
    d['scope_list']=(f"array_to_string(list_sort(list_distinct(list_filter(string_split({strip}, ',')[1:32], lambda s: length(s) <= 100))), ',')" if duck else
       f"array_join(array_sort(array_distinct(filter(slice(split({strip}, ','), 1, 32), s -> length(s) <= 100))), ',')")
    f=dict(create=lambda x: f'CREATE OR REPLACE TEMP TABLE {x} AS' if duck else f'CACHE TABLE {x} OPTIONS (\'storageLevel\' \'DISK_ONLY\') AS',
      lower=lambda x:f"translate({x}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')",
      trim=lambda x:f"trim(BOTH concat(' ', chr(9), chr(10), chr(12), chr(13)) FROM {x})",
      micros_of_day=lambda x:f"(({x} % 86400000000 + 86400000000) % 86400000000)",
      day_number=lambda x:f"CAST(({x} - ({x} % 86400000000 + 86400000000) % 86400000000) / 86400000000 AS INT)",
      last=lambda x:(f"last_value({x} IGNORE NULLS)" if duck else f"last_value({x}) IGNORE NULLS"),
      in_sample=lambda x:f"(length({x}) > 1 AND (16 * ascii(substr({x}, length({x}) - 1, 1)) + ascii(substr({x}, length({x}), 1))) % 64 = 0)",
      time=lambda x:(f"make_timestamp({x})" if duck else f"timestamp_micros({x})"))
    pat=re.compile(r"\{\{([a-z_]+)(?::((?:[^{}]|\{(?!\{)|\}(?!\}))*))?\}\}")
    while True:
        m=None
        for m in pat.finditer(text): pass
        if m is None: break
        m=next(iter(pat.finditer(text)))
        v=d[m[1]] if m[2] is None else f[m[1]](m[2])
        text=text[:m.start()]+v+text[m.end():]
    return text
if __name__=='__main__':
    print(render(sys.argv[1],sys.argv[2],open(TEMPLATE).read()))
