"""JSON lines of system.access.audit become Parquet with the real schema: MAP, structs, timestamps."""
import json,sys,glob,datetime as dt
import pyarrow as pa, pyarrow.parquet as pq
S=pa.schema([('account_id',pa.string()),('workspace_id',pa.string()),('version',pa.string()),('event_time',pa.timestamp('us','UTC')),('event_date',pa.date32()),
('source_ip_address',pa.string()),('user_agent',pa.string()),('session_id',pa.string()),('user_identity',pa.struct([('email',pa.string()),('subject_name',pa.string())])),
('service_name',pa.string()),('action_name',pa.string()),('request_id',pa.string()),('request_params',pa.map_(pa.string(),pa.string())),
('response',pa.struct([('status_code',pa.int32()),('error_message',pa.string()),('result',pa.string())])),('audit_level',pa.string()),('event_id',pa.string()),
('identity_metadata',pa.struct([('run_by',pa.string()),('run_as',pa.string()),('acting_resource',pa.string())]))])
def row(r):
    t=dt.datetime.fromisoformat(r['event_time'].replace('Z','+00:00')) if r.get('event_time') else None
    o={n:r.get(n) for n in S.names}
    o['event_time']=t; o['event_date']=t.date() if t else None
    p=r.get('request_params'); o['request_params']=list(p.items()) if p is not None else None
    return o
def main(out,*files):
    rows=[row(json.loads(l)) for f in files for l in open(f)]
    pq.write_table(pa.Table.from_pylist(rows,schema=S),out)
    print(len(rows))
if __name__=='__main__': main(*sys.argv[1:])
