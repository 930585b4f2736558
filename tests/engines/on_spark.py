import sys,time,os
sys.path.insert(0,__import__('os').path.dirname(__file__))
from render import render, TEMPLATE
t0=time.time()
from pyspark.sql import SparkSession
s=(SparkSession.builder.master('local[2]').config('spark.ui.enabled','false').config('spark.ui.showConsoleProgress','false').config('spark.sql.shuffle.partitions','2').config('spark.driver.memory','3g')
 .config('spark.sql.session.timeZone', sys.argv[3] if len(sys.argv)>3 else 'Pacific/Auckland').config('spark.log.structuredLogging.enabled','false').getOrCreate())
s.sparkContext.setLogLevel('ERROR')
print('start',time.time()-t0)
src,out=sys.argv[1:3]
s.read.parquet(src).createOrReplaceTempView('audit')
sql=render('spark','audit',open(TEMPLATE).read())
t=time.time()
try:
    *before,last=[x for x in sql.split(';\n') if x.strip()]
    for b in before:
        t1=time.time(); s.sql(b); print('  stmt',time.time()-t1)
    s.sql(last).write.mode('overwrite').parquet(out)
except Exception as e:
    print(str(e)[:3000]); sys.exit(1)
print('spark',time.time()-t)
